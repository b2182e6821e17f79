import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import { compareRaces, createJournal, type RaceResult, readRace } from '../../src/result/index.ts';
import { createRandom, type Random } from '../../src/stats/index.ts';
import { candidateRecord, raceRecord, roundRecord } from '../support/records.ts';

/** A race of three candidates of the same true speed on a machine of that speed. */
const playRace = (
  folder: string,
  random: Random,
  { speed, digest }: { speed: number; digest?: string },
): RaceResult => {
  {
    using journal = createJournal(folder);
    journal.append({ ...raceRecord(), id: basename(folder) });
    for (const name of ['a', 'b', 'c']) {
      journal.append({ ...candidateRecord(name), ...(digest === undefined ? {} : { sourceDigest: digest }) });
    }
    for (let block = 1; block <= 5; block += 1) {
      for (const name of ['a', 'b', 'c']) {
        journal.append(roundRecord(name, block, 100 * speed * Math.exp(random.normal(0, 0.03))));
      }
    }
    journal.append({ type: 'end', endedAt: '2026-01-06T00:00:00.000Z', outcome: 'done' });
  }
  return readRace(folder);
};

test('the same code in two races on a machine whose speed moves by 5 % is rarely better or worse, and never without a reference', () => {
  const folder = mkdtempSync(join(tmpdir(), 'changes-test-'));
  const random = createRandom(7);
  const pairs = 40;
  let wrong = 0;
  try {
    for (let pair = 0; pair < pairs; pair += 1) {
      const play = (side: string, digest?: string): RaceResult =>
        playRace(join(folder, `${side}${pair}`), random, {
          speed: Math.exp(random.normal(0, 0.05)),
          ...(digest === undefined ? {} : { digest }),
        });
      const verdicts = (before: RaceResult, after: RaceResult) =>
        compareRaces(before, after)
          .changes.filter(({ metric }) => metric === 'requestsPerSecond')
          .map(({ verdict }) => verdict);
      const known = verdicts(play('before', 'same'), play('after', 'same'));
      expect(known).toHaveLength(3);
      if (known.some((verdict) => verdict === 'faster' || verdict === 'slower')) wrong += 1;
      expect(verdicts(play('x'), play('y'))).toEqual(['withheld', 'withheld', 'withheld']);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  // 5 % of 40 are 2; more than 6 come by chance once in 300 runs.
  expect(wrong).toBeLessThanOrEqual(6);
});
