import { expect, test } from 'vitest';
import { mutatesAnswers } from '../servers/http2/mutates-answers.ts';
import { run } from './jobs.ts';

/** Changed sequences of frames; `HTTP2_MUTATIONS=20000` for the whole. */
const sequences = Number(process.env['HTTP2_MUTATIONS'] ?? 1_000);
const flatMib = 40;

test('whatever frames come, every request ends in one class, and memory stays flat', {
  timeout: 60_000 + sequences * 20,
}, async () => {
  let sent = 0;
  let seed = 1;
  let afterFirstMib = 0;
  const classes: Record<string, number> = {};
  while (sent < sequences) {
    await using server = await mutatesAnswers(seed);
    const requests = Math.min(500, sequences - sent);
    const { counts } = await run(server.port, {
      model: { kind: 'closed', connections: 10 },
      streamsPerConnection: 1 + (seed % 4),
      requests: [
        { method: 'GET', path: '/', headers: {} },
        { method: 'POST', path: '/', headers: {}, body: 'x'.repeat(100_000) },
      ],
      stop: { requests },
      sampleRatio: seed % 2,
      timeoutMs: 200,
    });
    expect(Object.values(counts).reduce((sum, count) => sum + count, 0)).toBe(requests);
    expect([counts.cutOff, counts.neverSent]).toEqual([0, 0]);
    for (const [name, count] of Object.entries(counts)) classes[name] = (classes[name] ?? 0) + count;
    sent += requests;
    seed++;
    if (afterFirstMib === 0) afterFirstMib = memoryMib();
  }
  // Some are still right: the changes reach what follows a good beginning.
  expect(classes['ok']).toBeGreaterThan(sequences / 20);
  expect(classes['reset']).toBeGreaterThan(sequences / 20);
  expect(memoryMib() - afterFirstMib).toBeLessThan(flatMib);
});

const memoryMib = (): number => {
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return (heapUsed + external) / 2 ** 20;
};
