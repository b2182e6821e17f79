import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { findMedian } from '../../src/stats/index.ts';
import { repository } from '../support/race-folder.ts';
import { filesBelow, pages } from './manual.ts';

type Row = Readonly<Record<string, string>>;

const cellsOf = (line: string): readonly string[] =>
  [...line.matchAll(/(?:^|,)(?:"([^"]*)"|([^,]*))/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');

const readRows = (path: string): readonly Row[] => {
  const [head, ...lines] = readFileSync(join(repository, path), 'utf8').trimEnd().split('\n').map(cellsOf);
  return lines.map((cells) => {
    expect(cells.length, `${path}: ${cells.join()}`).toBe(head!.length);
    return Object.fromEntries(head!.map((name, index) => [name, cells[index]!]));
  });
};

const files = filesBelow('bench', '.csv');
const page = pages.find(({ path }) => path === 'docs/benchmarks.md')!.text;

test.each(files)('%s has rows of one width, and benchmarks.md links to it', (path) => {
  expect(readRows(path).length).toBeGreaterThan(2);
  expect(page).toContain(`(../${path})`);
});

test.each(files)('%s has values between the ends of their intervals', (path) => {
  for (const row of readRows(path)) {
    for (const [name, low] of Object.entries(row).filter(([name]) => name.endsWith('_low'))) {
      const stem = name.slice(0, -'_low'.length);
      const value = row[stem] ?? row['value'] ?? low;
      expect(Number(low)).toBeLessThanOrEqual(Number(value));
      expect(Number(value)).toBeLessThanOrEqual(Number(row[`${stem}_high`]));
    }
  }
});

const folder = 'bench/model/figures';
const pointsOf: Readonly<Record<string, string>> = {
  '2026-11-24': 'points-2026-11-24.csv',
  '2026-11-25, one calibration': 'points-2026-11-25-one-calibration.csv',
  '2026-11-25, bracketed': 'points-2026-11-25-bracketed.csv',
};

describe.each(readRows(`${folder}/summary.csv`).map((row) => [`${row['set']}: ${row['server']}`, row] as const))(
  'the summary of %s',
  (_name, summary) => {
    const points = readRows(`${folder}/${pointsOf[summary['set']!]}`).filter(
      ({ server }) => summary['server'] === 'all' || server === summary['server'],
    );
    const errorsOf = (column: string): readonly number[] => points.map((point) => Math.abs(Number(point[column])));

    test.each([
      ['rate_error', 'rate_error_percent'],
      ['rate_error_with_own_cpu', 'rate_error_with_own_cpu_percent'],
    ])('has the median and the worst %s of its points', (stem, column) => {
      const stated = (which: string): string => summary[`${stem}_${which}_percent`]!;
      if (stated('median') === '') return;
      // Points are rounded to a tenth of a per cent, and the summary was made of what they were before.
      expect(Math.abs(findMedian(errorsOf(column)) - Number(stated('median')))).toBeLessThanOrEqual(0.11);
      expect(Math.max(...errorsOf(column))).toBe(Number(stated('worst')));
    });

    test('has the number of its points, and of those that are off by more than 15 %', () => {
      expect(points).toHaveLength(Number(summary['points']));
      const beyond = summary['points_beyond_15_percent'];
      if (beyond !== '')
        expect(errorsOf('rate_error_percent').filter((error) => error > 15)).toHaveLength(Number(beyond));
    });
  },
);
