import { formatEstimate } from '../../base/index.ts';
import type { RaceResult } from '../../result/index.ts';
import { plainText } from '../text/plain-text.ts';
import { sweepEffects } from './effect.ts';
import { buildGrid, type Grid } from './grid.ts';

const barWidth = 24;

/** Whether a race swept anything. */
export const isSweep = (race: RaceResult): boolean =>
  race.candidates.some((candidate) => Object.keys(candidate.point).length > 0);

/**
 * The grid of a sweep: a row for each point, a column for each candidate, then a curve of bars for each, what the points do to
 * it, and whether the ranking survives.
 */
export const formatSweep = (race: RaceResult): string => {
  const { points, names, at } = buildGrid(race);
  const cell = (name: string, point: string): string => {
    const candidate = at(name, point);
    if (candidate === undefined) return '-';
    return candidate.status === 'ok' ? formatEstimate(candidate.summary?.requestsPerSecond) : candidate.status;
  };
  const rows = [
    ['requests/s [95 %]', ...names],
    ...points.map((point) => [point, ...names.map((name) => cell(name, point))]),
  ];
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const table = rows.map((row) =>
    row
      .map((text, column) => (column === 0 ? text.padEnd(widths[column]!) : text.padStart(widths[column]!)))
      .join('  ')
      .trimEnd(),
  );
  const ranking = names.length < 2 ? [] : ['', rankingSentence(rankings(race))];
  return `${[...table, '', ...curves(names, points, at), '', ...sweepEffects(race).map(({ name, text }) => `${name}: ${text}.`), ...ranking].map(plainText).join('\n')}\n`;
};

/** A bar is a share of the highest rate anywhere, so that curves can be compared. */
const curves = (names: readonly string[], points: readonly string[], at: Grid['at']): readonly string[] => {
  const rate = (name: string, point: string): number => at(name, point)?.summary?.requestsPerSecond.mean ?? 0;
  const highest = Math.max(1e-9, ...names.flatMap((name) => points.map((point) => rate(name, point))));
  const pointWidth = Math.max(...points.map((point) => point.length));
  return names.flatMap((name) => [
    name,
    ...points.map(
      (point) => `  ${point.padEnd(pointWidth)}  ${'■'.repeat(Math.round((barWidth * rate(name, point)) / highest))}`,
    ),
  ]);
};

/** Who is ahead of whom at a point, fastest first; candidates whose intervals overlap share a place. */
interface Ranking {
  readonly point: string;
  readonly places: readonly (readonly string[])[];
}

/** The ranking at each point, by mean rate; neighbours whose 95 % intervals overlap are not told apart. */
const rankings = (race: RaceResult): readonly Ranking[] => {
  const { points, names, at } = buildGrid(race);
  return points.map((point) => {
    const ranked = names
      .map((name) => ({ name, rate: at(name, point)?.summary?.requestsPerSecond }))
      .filter((entry) => entry.rate !== undefined)
      .sort((a, b) => b.rate!.mean - a.rate!.mean);
    const places: string[][] = [];
    for (const [index, { name, rate }] of ranked.entries()) {
      const before = ranked[index - 1]?.rate;
      const apart =
        before === undefined || (before.low !== undefined && rate!.high !== undefined && rate!.high < before.low);
      if (apart) places.push([name]);
      else places.at(-1)!.push(name);
    }
    return { point, places: places.map((place) => place.sort()) };
  });
};

const rankingSentence = (all: readonly Ranking[]): string => {
  const written = all.map(({ places }) => places.map((place) => place.join(' = ')).join(' > '));
  const first = written[0];
  if (first === undefined) return 'Nothing was measured.';
  if (written.every((text) => text === first)) return `The ranking survives: ${first} at all ${all.length} points.`;
  const distinct = [...new Set(written)];
  return [
    'The ranking does not survive:',
    ...distinct.map(
      (text) =>
        `  ${text} at ${all
          .filter((_, index) => written[index] === text)
          .map(({ point }) => point)
          .join('; ')}`,
    ),
  ].join('\n');
};
