import { expect, test } from 'vitest';
import { systemClock } from '../../../src/base/index.ts';
import { runLoad } from '../../../src/load/index.ts';
import { answer, startScriptedServer } from '../../support/scripted-server.ts';
import { jobFor } from '../job-for.ts';

test('seven requests in bursts of five are a whole burst and a part, and count by the time of two', async () => {
  await using server = await startScriptedServer((socket) => socket.write(answer('x')));
  const model = { kind: 'bursts', connections: 5, size: 5, everyMs: 300 } as const;
  const { counts, elapsedMs } = await runLoad(jobFor(server, { model, stop: { requests: 7 } }), systemClock);
  expect(counts.ok).toBe(7);
  expect(elapsedMs).toBe(600);
});
