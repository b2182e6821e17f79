import { describe, expect, test } from 'vitest';
import { systemClock } from '../../../src/base/index.ts';
import { loadJob, runLoad } from '../../../src/load/index.ts';
import { RequestRecorder, windowNs } from '../../../src/load/result/recorder.ts';
import type { WorkerWindow } from '../../../src/load/result/tally.ts';
import { answer, startScriptedServer } from '../../support/scripted-server.ts';

const request = { requestIndex: 0, dueNs: 0, sentNs: 0, firstByteNs: 0, status: 200, wireBytes: 100, bodyBytes: 90 };

describe('the recorder', () => {
  // hey keeps the first million results, and divides sums of all by that.
  test('counts more than a million requests, every one', () => {
    const recorder = new RequestRecorder(false, () => {});
    recorder.start(0, 0);
    const count = 1_200_000;
    for (let index = 0; index < count; index++)
      recorder.answered({ ...request, sentNs: index }, 'ok', index + 1_000 + (index % 3));
    const tally = recorder.finish(1e10);
    expect(tally.counts.ok).toBe(count);
    expect(tally.serviceNs.total).toBe(count);
    expect(tally.serviceNs.mean).toBe(1_001);
    expect(tally.bodyBytes).toBe(count * 90);
  });

  test('leaves out what ended in the warm-up (closed loop) or was due in it (open loop)', () => {
    for (const [isOpenLoop, counted] of [
      [false, 2],
      [true, 1],
    ] as const) {
      const recorder = new RequestRecorder(isOpenLoop, () => {});
      recorder.start(0, 1_000);
      recorder.answered({ ...request, dueNs: 100, sentNs: 100 }, 'ok', 900);
      recorder.answered({ ...request, dueNs: 100, sentNs: 100 }, 'ok', 1_100);
      recorder.answered({ ...request, dueNs: 1_000, sentNs: 1_000 }, 'ok', 1_200);
      expect(recorder.finish(2_000).counts.ok).toBe(counted);
    }
  });

  test('closes a window a second, empty ones too', () => {
    const windows: Omit<WorkerWindow, 'histogram'>[] = [];
    const recorder = new RequestRecorder(false, ({ index, ok, failed }) => windows.push({ index, ok, failed }));
    recorder.start(0, 0);
    recorder.answered(request, 'ok', 0.5 * windowNs);
    recorder.failed(request, 'reset', 'x', 0.9 * windowNs);
    recorder.answered(request, 'wrong', 2.1 * windowNs);
    recorder.finish(2.5 * windowNs);
    expect(windows).toEqual([
      { index: 0, ok: 1, failed: 1 },
      { index: 1, ok: 0, failed: 0 },
      { index: 2, ok: 0, failed: 1 },
    ]);
  });

  test('keeps a bounded number of messages', () => {
    const recorder = new RequestRecorder(false, () => {});
    recorder.start(0, 0);
    for (let index = 0; index < 5_000; index++) recorder.failed(request, 'reset', `failure ${index}`, 1);
    const { errors } = recorder.finish(1);
    expect(Object.keys(errors)).toHaveLength(1_001);
    expect(errors['other failures']).toBe(4_000);
  });
});

// wrk2 says NaN, or 663 million requests/s.
test.each([{ stop: { requests: 1 } }, { stop: { durationMs: 5 } }, { stop: { durationMs: 1 } }])(
  'a run of $stop has finite numbers',
  async ({ stop }) => {
    await using server = await startScriptedServer((socket) => socket.write(answer('x')));
    for (const model of [
      { kind: 'closed', connections: 1 },
      { kind: 'open', connections: 1, ratePerS: 10_000, arrivals: 'poisson' },
    ] as const) {
      const job = loadJob({
        target: { host: '127.0.0.1', port: server.port },
        authority: 'test',
        requests: [{ method: 'GET', path: '/', headers: {} }],
        model,
        stop,
      });
      const result = await runLoad(job, systemClock);
      expect(result.requestsPerSecond).toBeLessThan(100_000);
      // JSON has no NaN and no infinity: it writes null.
      expect(JSON.stringify(result)).not.toContain('null');
    }
  },
);
