import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readRace, readResult, reopenJournal } from '../../src/result/index.ts';
import { upgradeVersion1 } from '../../src/result/version-1.ts';
import { runPitwall } from '../support/run-pitwall.ts';

/** A race of two blocks with an A/A control, as the first version of pitwall wrote it. */
const folder = join(import.meta.dirname, 'fixtures', 'version-1');

describe('a race that the first version wrote', () => {
  test('is read from its journal and from its race.json, with equal counts, in the words of version 2', () => {
    const fromJournal = readRace(folder);
    const fromFile = readResult(folder);
    for (const race of [fromJournal, fromFile]) {
      expect(race.version).toBe(2);
      expect(race.plan.control).toEqual({ of: 'axum-bb8', name: 'axum-bb8-twin' });
      const [candidate] = race.candidates;
      expect(candidate!.calibration!.roundTrips).toBe(20);
      expect(candidate!.expectedRoundTrips).toBe(20);
      expect(candidate!.rounds[0]!.telemetry?.machine?.busyRatio).toBeGreaterThan(0);
    }
    expect(fromFile.candidates.map(({ rounds }) => rounds)).toEqual(fromJournal.candidates.map(({ rounds }) => rounds));
  });

  test('keeps every figure: what is renamed is all that differs', () => {
    const old = readFileSync(join(folder, 'race.json'), 'utf8');
    const numbers = (text: string): readonly string[] => text.match(/-?\d+(?:\.\d+)?(?:e[+-]?\d+)?/g) ?? [];
    const upgraded = JSON.stringify(upgradeVersion1(JSON.parse(old)));
    expect(numbers(upgraded).slice(1)).toEqual(numbers(old.trim()).slice(1));
  });

  test('is not continued, and the reason is said', () => {
    const copy = mkdtempSync(join(tmpdir(), 'version-1-'));
    try {
      cpSync(folder, copy, { recursive: true });
      expect(() => reopenJournal(copy)).toThrow(/older pitwall \(result version 1\).*not continued/);
    } finally {
      rmSync(copy, { recursive: true });
    }
  });

  test.each([
    ['report', folder, '--format', 'text'],
    ['compare', folder, folder],
    ['explain', folder],
    ['history', '--results', join(import.meta.dirname, 'fixtures')],
  ])('is opened by %s', async (...command) => {
    const { code, stdout, stderr } = await runPitwall(command);
    expect(code, stderr).toBe(0);
    expect(stdout).toContain('axum-bb8');
  });
});

test('names that users gave are left as they are', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom('twin', 'turnarounds', 'surroundings', 'pool'), fc.nat()), (settings) => {
      expect(upgradeVersion1({ type: 'candidate', settings })).toEqual({ type: 'candidate', settings });
    }),
  );
});
