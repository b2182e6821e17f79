import type { CandidateResult, ComparisonResult, RaceResult } from '../result/index.ts';
import { formatEstimate, formatNumber } from './numbers.ts';
import { plainText } from './plain-text.ts';

const barWidth = 24;

/** Whether a race swept anything. */
export const isSweep = (race: RaceResult): boolean =>
  race.candidates.some((candidate) => Object.keys(candidate.point).length > 0);

/**
 * The grid of a sweep: a row for each point, a column for each candidate, then a curve of bars for each, what the points do to
 * it, and whether the ranking survives.
 */
export const formatSweep = (race: RaceResult): string => {
  const { points, names, at } = gridOf(race);
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
  return `${[...table, '', ...curves(names, points, at), '', ...effects(race), ...ranking].map(plainText).join('\n')}\n`;
};

interface Grid {
  readonly points: readonly string[];
  readonly names: readonly string[];
  at(name: string, point: string): CandidateResult | undefined;
}

const gridOf = (race: RaceResult): Grid => {
  const cells = new Map<string, CandidateResult>();
  const points: string[] = [];
  const names: string[] = [];
  for (const candidate of race.candidates) {
    const point = labelOf(candidate.point);
    const name = withoutSuffix(candidate.name, point === '' ? '' : `, ${point}`);
    if (!points.includes(point)) points.push(point);
    if (!names.includes(name)) names.push(name);
    cells.set(`${name}\n${point}`, candidate);
  }
  return { points, names, at: (name, point) => cells.get(`${name}\n${point}`) };
};

/** An entry of a sweep is named for its candidate and its point. */
const withoutSuffix = (text: string, suffix: string): string =>
  suffix !== '' && text.endsWith(suffix) ? text.slice(0, -suffix.length) : text;

const labelOf = (point: CandidateResult['point']): string =>
  Object.entries(point)
    .map(([key, value]) => `${key.split('.').at(-1)} ${value}`)
    .join(', ');

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

/** What the swept values do to each candidate: its best point against its worst, and whether that difference is shown. */
const effects = (race: RaceResult): readonly string[] => {
  const { points, names, at } = gridOf(race);
  return names.flatMap((name) => {
    const ranked = points
      .flatMap((point) => {
        const candidate = at(name, point);
        const rate = candidate?.summary?.requestsPerSecond.mean;
        return candidate === undefined || rate === undefined ? [] : [{ point, rate, entry: candidate.name }];
      })
      .sort((a, b) => b.rate - a.rate);
    const [best, worst] = [ranked[0], ranked.at(-1)];
    if (best === undefined || worst === undefined || best === worst) return [];
    return [`${name}: ${effectOf(race, best, worst)}`];
  });
};

interface PointRate {
  readonly point: string;
  readonly entry: string;
}

const effectOf = ({ comparisons }: RaceResult, best: PointRate, worst: PointRate): string => {
  const entries = [best.entry, worst.entry];
  const found = comparisons.find(
    ({ metric, a, b }) => metric === 'requestsPerSecond' && entries.includes(a) && entries.includes(b),
  );
  if (found === undefined) return 'its points have no block in common, so they are not compared.';
  const { ratio, low, high } = found.a === best.entry ? found : inverse(found);
  const interval = low === undefined || high === undefined ? '' : ` [${formatNumber(low)}, ${formatNumber(high)}]`;
  const most = `${best.point} serves ${formatNumber(ratio)}x ${worst.point}${interval}`;
  switch (found.verdict) {
    case 'faster':
    case 'slower':
      return found.isNegligible === true ? `${most}: less than ${formatNumber(100 * found.margin)} %.` : `${most}.`;
    case 'same':
      return `the same at all points (${most}).`;
    case 'cant-tell':
      return `no difference between its points is shown (at the most, ${most}).`;
    case 'withheld':
      return `no verdict (${most}): a check has failed.`;
    default:
      return found.verdict satisfies never;
  }
};

const inverse = ({ ratio, low, high }: ComparisonResult): Pick<ComparisonResult, 'ratio' | 'low' | 'high'> => ({
  ratio: 1 / ratio,
  low: high === undefined ? undefined : 1 / high,
  high: low === undefined ? undefined : 1 / low,
});

/** Who is ahead of whom at a point, fastest first; candidates whose intervals overlap share a place. */
interface Ranking {
  readonly point: string;
  readonly places: readonly (readonly string[])[];
}

/** The ranking at each point, by mean rate; neighbours whose 95 % intervals overlap are not told apart. */
const rankings = (race: RaceResult): readonly Ranking[] => {
  const { points, names, at } = gridOf(race);
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
