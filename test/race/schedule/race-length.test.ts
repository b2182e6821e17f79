import { describe, expect, test } from 'vitest';
import { createRaceLength } from '../../../src/race/schedule/race-length.ts';
import type { Journal, JournalRecord } from '../../../src/result/index.ts';
import { createRandom } from '../../../src/stats/index.ts';
import { candidateRecord, raceRecord, roundRecord } from '../../support/records.ts';

const schedule = {
  blocks: 3,
  precision: undefined,
  untilDecidedMs: 60_000,
  margin: 0.02,
  maxBlocks: 30,
  retries: 1,
  seed: 1,
};

const racers = ['a', 'b'].map((name) => ({ facts: candidateRecord(name) }));

/** A race of two whose blocks take a while each: what it says after every block until it ends. */
const play = (
  {
    ratio,
    noise = 0.05,
    blockMs = 5_000,
    seed = 3,
  }: { ratio: number; noise?: number; blockMs?: number; seed?: number },
  plan: Parameters<typeof createRaceLength>[0]['plan'] = schedule,
) => {
  const random = createRandom(seed);
  let nowNs = 0;
  const records: JournalRecord[] = [raceRecord(), candidateRecord('a'), candidateRecord('b')];
  const journal: Journal = {
    folder: '',
    records,
    append: (record) => void records.push(record),
    [Symbol.dispose]: () => {},
  };
  const clock = { nowNs: () => nowNs, unixMs: () => 0, sleepUntilNs: async () => {} };
  const length = createRaceLength({ plan, journal, clock });
  const said = [];
  for (let block = 1; ; block += 1) {
    const next = length.find(racers, block - 1);
    said.push(next);
    if (block > next.blocks) return { played: block - 1, said, records };
    records.push(roundRecord('a', block, 100 * ratio * Math.exp(random.normal(0, noise))));
    records.push(roundRecord('b', block, 100 * Math.exp(random.normal(0, noise))));
    nowNs += blockMs * 1e6;
  }
};

const looksIn = (records: readonly JournalRecord[]) => records.filter((record) => record.type === 'look');

describe('a race until it is decided', () => {
  test('ends at its first look where one is far ahead, and says so', () => {
    const { played, said, records } = play({ ratio: 3 });
    expect(played).toBe(3);
    expect(said.at(-1)).toEqual({ blocks: 3, text: 'decided after 3 blocks' });
    expect(looksIn(records)).toMatchObject([{ blocks: 3, horizon: 12, isDecided: true, isLast: false }]);
  });

  test('goes on until the time allowed would be over, with a look after each block, and never past it', () => {
    const { played, said, records } = play({ ratio: 1 });
    expect(played).toBe(12);
    expect(said.at(-1)?.text).toBe('not decided after 12 blocks, the most that were allowed');
    expect(looksIn(records).map(({ blocks, isLast }) => [blocks, isLast])).toEqual(
      Array.from({ length: 10 }, (_, index) => [index + 3, index === 9]),
    );
  });

  test('says when a verdict is to be expected, while there is none', () => {
    const { said } = play({ ratio: 1.25, noise: 0.07, seed: 5 });
    const open = said.filter(({ verdictBlocks }) => verdictBlocks !== undefined);
    expect(open.length).toBeGreaterThan(0);
    for (const { blocks, verdictBlocks, text } of open) {
      expect(blocks).toBe(verdictBlocks);
      expect(text).toMatch(/^not decided after \d+ blocks; about \d+ would do$/);
    }
    expect(said.at(-1)?.text).toMatch(/^decided after/);
  });

  test('plays the most blocks that the plan allows, however much time there is', () => {
    expect(play({ ratio: 1, blockMs: 10 }, { ...schedule, maxBlocks: 6 }).played).toBe(6);
  });

  test('plays its first blocks even where the time is over before', () => {
    expect(play({ ratio: 1, blockMs: 50_000 }).played).toBe(3);
  });

  test('that is resumed goes past the blocks that it was looked at after, and counts the time before', () => {
    const { records } = play({ ratio: 1 });
    const cut = records.slice(0, records.findIndex((record) => record.type === 'look' && record.blocks === 6) + 1);
    const journal: Journal = {
      folder: '',
      records: cut,
      append: (record) => void cut.push(record),
      [Symbol.dispose]: () => {},
    };
    const clock = { nowNs: () => 0, unixMs: () => 0, sleepUntilNs: async () => {} };
    const length = createRaceLength({ plan: schedule, journal, clock });
    const before = cut.length;
    expect([3, 4, 5].map((played) => length.find(racers, played).blocks)).toEqual([6, 6, 6]);
    expect(length.find(racers, 6).blocks).toBe(7);
    expect(cut.length).toBe(before);
  });
});

describe('a race of a number of blocks', () => {
  const fixed = { ...schedule, blocks: 5, untilDecidedMs: undefined };

  test('says how many would give a verdict, and not that it is there before the end', () => {
    const open = play({ ratio: 1.02, noise: 0.1 }, fixed);
    expect(open.played).toBe(5);
    expect(open.said[3]?.verdictBlocks).toBeGreaterThan(5);
    const clear = play({ ratio: 3, noise: 0.01 }, fixed);
    expect(clear.said.map(({ verdictBlocks }) => verdictBlocks)).toEqual(Array(6).fill(undefined));
    expect(looksIn(clear.records)).toEqual([]);
  });
});
