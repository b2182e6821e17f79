import { expect, test } from 'vitest';
import { systemClock } from '../../../src/base/index.ts';
import { runLoad } from '../../../src/load/index.ts';
import { jobFor } from '../job-for.ts';
import { startMutatedServer } from '../servers/mutated.ts';

/** FUZZ_ANSWERS=100000 looks further; the seed keeps the ordinary run the same for everybody. */
const answers = Number(process.env['FUZZ_ANSWERS'] ?? 4_000);
const seed = answers === 4_000 ? 7 : Date.now() & 0xffff;
const mostGrowthMib = 100;

test(`${answers} mutated answers over real connections each give a class (seed ${seed})`, async () => {
  await using server = await startMutatedServer(seed);
  const job = (requests: number) =>
    jobFor(server, {
      requests: [
        { method: 'GET', path: '/', headers: {} },
        { method: 'POST', path: '/', headers: {}, body: 'x' },
      ],
      model: { kind: 'closed', connections: 50 },
      stop: { requests },
      timeoutMs: 150,
      keepsCookies: true,
      validators: { json: { ratio: 0.2, contains: {} }, sha256: '0'.repeat(64) },
    });
  await runLoad(job(500), systemClock);
  const before = process.memoryUsage().rss;
  const { counts } = await runLoad(job(answers), systemClock);
  expect(Object.values(counts).reduce((sum, count) => sum + count, 0)).toBe(answers);
  expect(counts).toMatchObject({ cutOff: 0, neverSent: 0 });
  expect(Math.min(counts.wrong, counts.reset, counts.timeout)).toBeGreaterThan(0);
  expect((process.memoryUsage().rss - before) / 2 ** 20).toBeLessThan(mostGrowthMib);
}, 900_000);
