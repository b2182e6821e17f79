import { describe, expect, test } from 'vitest';
import { assembleResult, type ComparisonResult, type JournalRecord } from '../../src/result/index.ts';
import { checkRaceGates } from '../../src/result/race-gates/index.ts';
import { createRandom } from '../../src/stats/index.ts';
import { candidateRecord, raceRecord, roundRecord } from '../support/records.ts';

/** Rounds whose rates share what each block did to the machine (5 %) and scatter by themselves (`stdev`). */
const race = (
  rates: Readonly<Record<string, number>>,
  { blocks = 8, stdev = 0.01, seed = 7, change = (round: Extract<JournalRecord, { type: 'round' }>) => round } = {},
): readonly JournalRecord[] => {
  const random = createRandom(seed);
  const records: JournalRecord[] = [raceRecord(), ...Object.keys(rates).map(candidateRecord)];
  for (let block = 1; block <= blocks; block += 1) {
    const shared = random.normal(0, 0.05);
    for (const [name, rate] of Object.entries(rates)) {
      records.push(change(roundRecord(name, block, rate * Math.exp(shared + random.normal(0, stdev)))));
    }
  }
  return records;
};

const throughput = (records: readonly JournalRecord[]): readonly ComparisonResult[] =>
  assembleResult(records).comparisons.filter(({ metric }) => metric === 'requestsPerSecond');

describe('comparisons', () => {
  test('stand for every pair, the faster first, with ratio, interval and minimum detectable effect', () => {
    const [first, ...others] = throughput(race({ slow: 100, fast: 200, middle: 150 }));
    expect([first!.a, first!.b]).toEqual(['fast', 'middle']);
    expect(others.map(({ a, b }) => [a, b])).toEqual([
      ['fast', 'slow'],
      ['middle', 'slow'],
    ]);
    expect(first).toMatchObject({ verdict: 'faster', isNegligible: false, blocks: 8, margin: 0.02 });
    expect(first!.low).toBeLessThan(4 / 3);
    expect(first!.high).toBeGreaterThan(4 / 3);
    expect(first!.mde).toBeLessThan(0.05);
  });

  test('pair rounds by block, so that what a block did to all of them cancels', () => {
    // Each candidate alone scatters by 5 %: unpaired, 2 % would be invisible.
    expect(throughput(race({ a: 103, b: 100 }, { blocks: 10, stdev: 0.003 }))[0]).toMatchObject({
      a: 'a',
      verdict: 'faster',
    });
  });

  test('call candidates the same only when that is shown, and say otherwise how many blocks are missing', () => {
    expect(throughput(race({ a: 100, b: 100 }, { stdev: 0.002 }))[0]!.verdict).toBe('same');
    const [unclear] = throughput(race({ a: 101, b: 100 }, { stdev: 0.1, blocks: 5 }));
    expect(unclear).toMatchObject({ verdict: 'cant-tell' });
    expect(unclear!.moreRounds).toBeGreaterThan(0);
  });

  test('have no interval and no verdict after one block', () => {
    const [only] = throughput(race({ a: 200, b: 100 }, { blocks: 1 }));
    expect(only).toMatchObject({ verdict: 'cant-tell', blocks: 1 });
    expect(only).not.toHaveProperty('low');
    expect(only).not.toHaveProperty('mde');
  });

  test('leave out rounds that were refused, and candidates that are out', () => {
    const records = race(
      { a: 200, b: 100, out: 300 },
      {
        change: (record) =>
          record.candidate === 'a' && record.round.block === 2
            ? { ...record, round: { ...record.round, outcome: 'refused', requestsPerSecond: 1 } }
            : record,
      },
    );
    const out: JournalRecord = { ...candidateRecord('out'), status: 'failed', reason: 'it died' };
    const comparisons = throughput([...records, out]);
    expect(comparisons).toMatchObject([{ a: 'a', b: 'b', blocks: 7, verdict: 'faster' }]);
  });

  test('say what their intervals say, and name who serves most by bounds of its own', () => {
    // Of six pairs together the lead over the second is not shown; that the first is ahead of all others is.
    const records = race({ a: 122, b: 100, c: 100, d: 100 }, { stdev: 0.06, blocks: 4 });
    const result = assembleResult(records);
    for (const { low, high, verdict } of result.comparisons) {
      expect(verdict === 'faster' || verdict === 'slower').toBe(low! > 1 || high! < 1);
    }
    const best = result.best?.[0];
    if (best !== undefined) {
      expect(best.over.map(({ candidate }) => candidate).sort()).toEqual(['b', 'c', 'd']);
      for (const { candidate, ratio, low } of best.over) {
        const pair = throughput(records).find(({ a, b }) => a === best.candidate && b === candidate)!;
        expect(ratio).toBeCloseTo(pair.ratio, 12);
        expect(low).toBeGreaterThan(1);
        expect(low).toBeGreaterThanOrEqual(pair.low!);
      }
    }
    expect(assembleResult(race({ a: 200, b: 100, c: 50 })).best).toMatchObject([
      { candidate: 'a', over: [{ candidate: 'b' }, { candidate: 'c' }] },
    ]);
    expect(assembleResult(race({ a: 100, b: 100 }, { stdev: 0.002 })).best).toEqual([]);
  });

  test('hold together: every interval that a race prints covers in 93 to 98 % of races', () => {
    const races = 300;
    let covered = 0;
    for (let seed = 1; seed <= races; seed += 1) {
      const printed = throughput(race({ a: 100, b: 100, c: 100, d: 100 }, { stdev: 0.05, blocks: 4, seed }));
      if (printed.every(({ low, high }) => low! <= 1 && high! >= 1)) covered += 1;
    }
    expect(covered / races).toBeGreaterThan(0.92);
    expect(covered / races).toBeLessThan(0.98);
  });

  test('use the margin of the plan, which no A/A control widens, and keep the A/A control out of the others’ family', () => {
    const head = raceRecord();
    const [, ...records] = race({ a: 110, 'a-control': 110, b: 104 }, { stdev: 0.06, blocks: 6 });
    const comparisons = throughput([
      { ...head, plan: { ...head.plan, margin: 0.05, control: { of: 'a', name: 'a-control' } } },
      ...records,
    ]);
    expect(comparisons.map(({ a, b }) => [a, b].sort().join(' '))).toEqual(['a b', 'a a-control']);
    expect(comparisons.map(({ margin }) => margin)).toEqual([0.05, 0.05]);
    const alone = throughput([
      head,
      ...records.filter((one) => !('candidate' in one && one.candidate === 'a-control')),
    ]);
    expect(comparisons[0]).toMatchObject({ low: alone[0]!.low, high: alone[0]!.high });
  });

  test('are the same within a margin that the plan sets', () => {
    const [head, ...records] = race({ a: 102, b: 100 }, { stdev: 0.005 });
    const within = (margin: number) =>
      throughput([{ ...raceRecord(), plan: { ...raceRecord().plan, margin } }, ...records])[0]!;
    expect(head!.type).toBe('race');
    expect(within(0.05).isNegligible ?? within(0.05).verdict === 'same').toBe(true);
    expect(within(0.001).isNegligible).not.toBe(true);
  });

  test('differ in one thing: points of a sweep are compared within a candidate, candidates within a point', () => {
    const at = (name: string, candidate: string, pool: number): JournalRecord => ({
      ...candidateRecord(name),
      candidate,
      point: { pool },
    });
    const rates = { 'a, pool 1': 100, 'a, pool 2': 150, 'b, pool 1': 120, 'b, pool 2': 180 };
    const [head, , , , , ...rounds] = race(rates);
    const comparisons = throughput([
      head!,
      at('a, pool 1', 'a', 1),
      at('a, pool 2', 'a', 2),
      at('b, pool 1', 'b', 1),
      at('b, pool 2', 'b', 2),
      ...rounds,
    ]);
    expect(comparisons.map(({ a, b }) => `${a} / ${b}`).sort()).toEqual([
      'a, pool 2 / a, pool 1',
      'b, pool 1 / a, pool 1',
      'b, pool 2 / a, pool 2',
      'b, pool 2 / b, pool 1',
    ]);
  });
});

describe('gates of the race', () => {
  const gate = (name: string, ok: boolean) => ({ name, ok, effect: 'withholds' as const, reason: `${name} it is` });

  test('withhold verdicts on a candidate whose gate is closed in most rounds, with the reason, and on nobody else', () => {
    const records = race(
      { a: 300, b: 200, c: 100 },
      {
        change: (record) => ({
          ...record,
          round: { ...record.round, gates: [gate('ceiling', record.candidate !== 'a' || record.round.block < 3)] },
        }),
      },
    );
    const comparisons = throughput(records);
    expect(comparisons.map(({ a, b, verdict }) => [a, b, verdict])).toEqual([
      ['a', 'b', 'withheld'],
      ['a', 'c', 'withheld'],
      ['b', 'c', 'faster'],
    ]);
    expect(comparisons[0]!.reason).toBe('ceiling in 6 of 8 rounds of a: ceiling it is');
    expect(comparisons[0]!.low).toBeDefined();
  });

  test('let a gate pass that is closed now and then', () => {
    const records = race(
      { a: 300, b: 200 },
      {
        change: (record) => ({ ...record, round: { ...record.round, gates: [gate('steal', record.round.block > 2)] } }),
      },
    );
    expect(throughput(records)[0]!.verdict).toBe('faster');
  });

  test('flag a machine that slows down, whose ratios stay right', () => {
    const records = race(
      { a: 200, b: 100 },
      {
        stdev: 0.005,
        change: (record) => {
          const { block, requestsPerSecond } = record.round;
          return { ...record, round: { ...record.round, requestsPerSecond: requestsPerSecond! * 0.93 ** block } };
        },
      },
    );
    const result = assembleResult(records);
    const drift = result.gates.find(({ name }) => name === 'drift');
    expect(drift).toMatchObject({ ok: false, effect: 'warns' });
    expect(drift!.reason).toMatch(/fell by \d+ % from the first block to the last/);
    const [pair] = throughput(records);
    expect(pair!.verdict).toBe('faster');
    expect(pair!.ratio).toBeCloseTo(2, 1);
  });

  test('withhold the verdict on a pair whose ratio itself changes', () => {
    const records = race(
      { a: 200, b: 100, c: 90 },
      {
        stdev: 0.005,
        change: (record) =>
          record.candidate === 'a'
            ? {
                ...record,
                round: {
                  ...record.round,
                  requestsPerSecond: record.round.requestsPerSecond! * 0.95 ** record.round.block,
                },
              }
            : record,
      },
    );
    const [ab, ac, bc] = throughput(records);
    expect([ab!.verdict, ac!.verdict, bc!.verdict]).toEqual(['withheld', 'withheld', 'faster']);
    expect(ab!.reason).toMatch(/the ratio of a to b changed by -\d+ %/);
  });

  test('say that rounds were refused, and that one is far from the others', () => {
    const records = race(
      { a: 200 },
      {
        blocks: 10,
        change: (record) => {
          if (record.round.block === 4) return { ...record, round: { ...record.round, requestsPerSecond: 20 } };
          if (record.round.block === 5)
            return { ...record, round: { ...record.round, outcome: 'refused', reason: 'errors' } };
          return record;
        },
      },
    );
    expect(assembleResult(records).gates.filter(({ ok }) => !ok)).toMatchObject([
      { name: 'refused', effect: 'warns', reason: '1 of 10 rounds of a were refused or failed (errors)' },
      { name: 'outlier', effect: 'warns', reason: 'a in block 4 is far from its other rounds; it is kept' },
    ]);
  });
});

test('a race that was resumed has not ended where it was interrupted', () => {
  const end: JournalRecord = {
    type: 'end',
    endedAt: '2026-01-01T00:01:00.000Z',
    outcome: 'interrupted',
    reason: 'SIGINT',
  };
  const resume: JournalRecord = { type: 'resume', resumedAt: '2026-01-01T00:02:00.000Z', torn: false };
  const result = assembleResult([raceRecord(), candidateRecord('a'), end, resume, roundRecord('a', 1, 100)]);
  expect(result).toMatchObject({ outcome: 'unfinished', resumedAt: ['2026-01-01T00:02:00.000Z'] });
  expect(result).not.toHaveProperty('reason');
});

test('by chance ratio-drift withholds in at most 2 % of races of nine, and outlier flags in at most 3 % of races of four', () => {
  const races = 600;
  const count = { 'ratio-drift': 0, outlier: 0 };
  const equal = (candidates: number) =>
    Object.fromEntries(Array.from({ length: candidates }, (_, at) => [`c${at}`, 100]));
  const closes = (name: keyof typeof count, candidates: number, blocks: number, seed: number) => {
    const contestants = Object.keys(equal(candidates)).map((own) => ({ name: own, candidate: own, point: {} }));
    const records = race(equal(candidates), { blocks, stdev: 0.08, seed });
    const rounds = (own: string) =>
      records.flatMap((one) => (one.type === 'round' && one.candidate === own ? [one.round] : []));
    const gates = checkRaceGates(contestants.map((own) => ({ ...own, rounds: rounds(own.name) })));
    if (gates.some((one) => one.name === name && !one.ok)) count[name] += 1;
  };
  for (let seed = 1; seed <= races; seed += 1) {
    closes('ratio-drift', 9, 6, seed);
    closes('outlier', 4, 5, seed);
  }
  // 1 and 2 % and two standard errors.
  expect(count['ratio-drift'] / races).toBeLessThanOrEqual(0.02);
  expect(count.outlier / races).toBeLessThanOrEqual(0.032);
});
