import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createRandom } from '../../../src/stats/index.ts';
import { createDelayPlan } from '../../../src/wire/relay/delay.ts';
import { createDepartures, type Departing } from '../../../src/wire/relay/departures.ts';

const arrivals = fc
  .array(fc.record({ gapNs: fc.nat(3_000_000), bytes: fc.nat(65_536) }), { maxLength: 50 })
  .map((chunks) => {
    let nowNs = 0;
    return chunks.map(({ gapNs, bytes }) => {
      nowNs += gapNs;
      return { nowNs, bytes };
    });
  });

describe('the plan of a link', () => {
  test('without jitter and rate every chunk leaves half a round trip after it came', () => {
    const plan = createDelayPlan({ rttMs: 3.6 }, createRandom(1));
    expect(plan.departureNs(1000, 100, 0)).toBe(1_801_000);
    expect(plan.departureNs(1001, 100, 0)).toBe(1_801_001);
    expect(plan.departureNs(50e6, 65_536, 3_600_000)).toBe(50e6 + 5_400_000);
  });

  test('nothing overtakes, nothing is early, and jitter stays within its bounds', () => {
    fc.assert(
      fc.property(arrivals, fc.nat(1000), (chunks, seed) => {
        const plan = createDelayPlan({ rttMs: 10, jitterMs: 2 }, createRandom(seed));
        let lastNs = 0;
        for (const { nowNs, bytes } of chunks) {
          const departureNs = plan.departureNs(nowNs, bytes, 0);
          expect(departureNs).toBeGreaterThanOrEqual(Math.max(lastNs, nowNs + 3e6));
          expect(departureNs).toBeLessThanOrEqual(Math.max(lastNs, nowNs + 7e6));
          lastNs = departureNs;
        }
      }),
    );
  });

  test('a rate is never exceeded over any stretch', () => {
    fc.assert(
      fc.property(arrivals, (chunks) => {
        const plan = createDelayPlan({ rttMs: 0, bytesPerSecond: 1e6 }, createRandom(1));
        const left = chunks.map(({ nowNs, bytes }) => ({ atNs: plan.departureNs(nowNs, bytes, 0), bytes }));
        for (let from = 0; from < left.length; from += 1) {
          let sum = 0;
          for (let to = from + 1; to < left.length; to += 1) {
            sum += left[to]!.bytes;
            expect(sum).toBeLessThanOrEqual((left[to]!.atNs - left[from]!.atNs) / 1000 + 1);
          }
        }
      }),
    );
  });
});

test('queues leave near their deadlines, never noticeably early', async () => {
  const nowNs = (): number => Math.round(performance.now() * 1e6);
  const departures = createDepartures(nowNs);
  const random = createRandom(7);
  const left: { dueNs: number; atNs: number }[] = [];
  const startNs = nowNs();
  const queues = Array.from({ length: 50 }, (): Departing => {
    const due = Array.from({ length: 5 }, () => startNs + random.integer(60e6)).sort((a, b) => a - b);
    return {
      get headNs() {
        return due[0] ?? Number.POSITIVE_INFINITY;
      },
      depart(untilNs) {
        while (due.length > 0 && due[0]! <= untilNs) left.push({ dueNs: due.shift()!, atNs: nowNs() });
      },
    };
  });
  for (const queue of queues) departures.add(queue);
  await expect.poll(() => left.length, { timeout: 5000 }).toBe(250);
  departures.close();
  for (const { dueNs, atNs } of left) expect(atNs).toBeGreaterThanOrEqual(dueNs - 50_000);
  const lateNs = left.map(({ dueNs, atNs }) => atNs - dueNs).sort((a, b) => a - b);
  expect(lateNs[125]).toBeLessThan(20e6);
});
