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
  test('reads back as it was written', () => {
    expect(readJournal(writeAll())).toEqual({ records, torn: undefined });
  });

  test('gives up a last line that a crash cut short, and says so', () => {
    const race = writeAll();
    appendFileSync(join(race, 'journal.jsonl'), '{"type":"round","candi');
    expect(readJournal(race)).toEqual({ records, torn: '{"type":"round","candi' });
  });

  test('names the line that is no record', () => {
    const race = writeAll();
    const file = join(race, 'journal.jsonl');
    const lines = readFileSync(file, 'utf8').split('\n');
    writeFileSync(file, [lines[0], '{"type":"lap"}', ...lines.slice(1)].join('\n'));
    expect(() => readJournal(race)).toThrow(/journal\.jsonl:2: not a record/);
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
    writeFileSync(join(folder, 'race.json'), JSON.stringify({ ...assembleResult(records), version: 2 }));
    expect(() => readResult(folder)).toThrow(/race\.json: version/);
  });
});
