import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  assembleResult,
  createJournal,
  type JournalRecord,
  readJournal,
  readResult,
  reopenJournal,
  writeResult,
} from '../../src/result/index.ts';
import { candidateRecord, raceRecord, roundRecord } from '../support/records.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'journal-test-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const records: readonly JournalRecord[] = [
  raceRecord(),
  candidateRecord('axum'),
  roundRecord('axum', 1, 100),
  roundRecord('axum', 2, 110),
];

const writeAll = (): string => {
  const race = join(folder, 'race');
  using journal = createJournal(race);
  for (const record of records) journal.append(record);
  return race;
};

describe('the journal', () => {
  test.each(['connections', 'blocks', 'maxBlocks'])('has no more %s than a plan may ask for', (key) => {
    const race = join(folder, 'race');
    const record = raceRecord() as Extract<JournalRecord, { type: 'race' }>;
    using journal = createJournal(race);
    journal.append({ ...record, plan: { ...record.plan, [key]: 1e308 } });
    expect(() => readJournal(race)).toThrow(expect.objectContaining({ code: 'result.invalid' }));
  });

  test('has no block that no plan has, for pictures make room for each', () => {
    const race = join(folder, 'race');
    using journal = createJournal(race);
    journal.append(raceRecord());
    journal.append(roundRecord('axum', 1e308, 100));
    expect(() => readJournal(race)).toThrow(/journal\.jsonl:2: /);
  });

  test('reads back as it was written', () => {
    expect(readJournal(writeAll())).toMatchObject({ records, torn: undefined });
  });

  test('gives up a last line that a crash cut short, wherever that was, and says so', () => {
    const race = writeAll();
    const file = join(race, 'journal.jsonl');
    const whole = readFileSync(file);
    const lastLine = whole.lastIndexOf(10, whole.length - 2) + 1;
    for (let length = lastLine + 1; length < whole.length; length += 7) {
      writeFileSync(file, whole.subarray(0, length));
      const read = readJournal(race);
      expect(read.records).toEqual(records.slice(0, -1));
      expect(read.torn).toBeDefined();
    }
  });

  test('goes on after a torn line as if it had never been', () => {
    const race = writeAll();
    const file = join(race, 'journal.jsonl');
    appendFileSync(file, '{"type":"round","candi');
    const { journal, torn } = reopenJournal(race);
    expect(torn).toBe(true);
    journal.append(roundRecord('axum', 3, 120));
    journal[Symbol.dispose]();
    expect(readJournal(race)).toMatchObject({
      records: [...records, roundRecord('axum', 3, 120)],
      torn: undefined,
    });
  });

  test.each([
    ['a line that is no record', (lines: string[]) => lines.splice(1, 0, '{"type":"lap"}')],
    ['a line that was changed', (lines: string[]) => lines.splice(2, 1, lines[2]!.replace('"ok":500', '"ok":600'))],
    ['a line that was dropped', (lines: string[]) => lines.splice(1, 1)],
    ['lines that changed places', (lines: string[]) => lines.splice(1, 2, lines[2]!, lines[1]!)],
  ])('names the place of %s', (_, damage) => {
    const race = writeAll();
    const file = join(race, 'journal.jsonl');
    const lines = readFileSync(file, 'utf8').split('\n');
    const before = lines.join();
    damage(lines);
    expect(lines.join()).not.toBe(before);
    writeFileSync(file, lines.join('\n'));
    expect(() => readJournal(race)).toThrow(/journal\.jsonl:[23]: the line is not as it was written/);
  });

  test('is one JSON object a line, for jq and the like', () => {
    const lines = readFileSync(join(writeAll(), 'journal.jsonl'), 'utf8').trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line).type)).toEqual(['race', 'candidate', 'round', 'round']);
  });

  test('of a race is never written over', () => {
    const race = writeAll();
    expect(() => createJournal(race)).toThrow(/cannot be created/);
    expect(readJournal(race).records).toHaveLength(records.length);
  });
});

describe('race.json', () => {
  test('reads back as it was written', () => {
    const result = assembleResult(records);
    writeResult(folder, result);
    expect(readResult(folder)).toEqual(result);
  });

  test('of another version is refused', () => {
    writeFileSync(join(folder, 'race.json'), JSON.stringify({ ...assembleResult(records), version: 3 }));
    expect(() => readResult(folder)).toThrow(/race\.json: version/);
  });
});
