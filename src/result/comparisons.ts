import { type Verdict, verdictsOf } from '../stats/index.ts';
import { type ComparisonResult, type MetricName, metricNames, type RaceGate } from './comparison-schema.ts';
import { metrics } from './metrics.ts';
import { type PairedValues, pairRounds } from './paired-rounds.ts';
import type { RoundResult } from './round-schema.ts';
import type { CandidateFacts } from './schema.ts';

/** A candidate with its rounds, as far as comparing needs it. */
export interface Contestant {
  readonly name: string;
  /** The folder it comes from. */
  readonly candidate: string;
  /** Where in a sweep it stands. */
  readonly point: Readonly<Record<string, unknown>>;
  readonly rounds: readonly RoundResult[];
  /** What the tap counted, and what its candidate.yaml expects; for the gate that holds the two together. */
  readonly calibration?: CandidateFacts['calibration'];
  readonly expectedTurnarounds?: CandidateFacts['expectedTurnarounds'];
}

interface Pair extends PairedValues {
  readonly a: Contestant;
  readonly b: Contestant;
}

/**
 * The pairs that differ in one thing (candidates at the same point of a sweep; points of the same candidate) on every metric,
 * `a` before `b` in the order given. The pairs of a point, or of a candidate, are one family on each metric (Holm).
 * The second of the twins stands in no family but in a comparison with the first, whose interval is the noise floor.
 */
export const compareContestants = (
  contestants: readonly Contestant[],
  gates: readonly RaceGate[],
  twin?: { readonly of: string; readonly name: string },
): readonly ComparisonResult[] => {
  const twins = contestants.filter(({ name }) => twin !== undefined && (name === twin.of || name === twin.name));
  const families = familiesOf(contestants.filter(({ name }) => name !== twin?.name));
  return metricNames.flatMap((metric) => {
    const twinPairs = measuredPairs(pairsOf(twins), metric);
    const twinVerdicts = judge(twinPairs, metric, 0);
    const noiseFloor = Math.max(0, ...twinVerdicts.map(({ ratio }) => reachOf(ratio)));
    const results = (pairs: readonly Pair[], verdicts: readonly Verdict[]) =>
      pairs.map((pair, index) => resultOf(pair, metric, verdicts[index]!, gates));
    return [
      ...families.flatMap((family) => {
        const pairs = measuredPairs(family, metric);
        return results(pairs, judge(pairs, metric, noiseFloor));
      }),
      ...results(twinPairs, twinVerdicts),
    ];
  });
};

type Couple = readonly [Contestant, Contestant];

const familiesOf = (contestants: readonly Contestant[]): readonly (readonly Couple[])[] => {
  const pointOf = ({ point }: Contestant) => JSON.stringify(point);
  return [
    ...groupBy(contestants, pointOf).map(pairsOf),
    ...groupBy(contestants, ({ candidate }) => candidate).map((own) =>
      pairsOf(own).filter(([a, b]) => pointOf(a) !== pointOf(b)),
    ),
  ];
};

const groupBy = <T>(items: readonly T[], keyOf: (item: T) => string): readonly (readonly T[])[] => {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return [...groups.values()];
};

const pairsOf = (contestants: readonly Contestant[]): readonly Couple[] =>
  contestants.flatMap((a, index) => contestants.slice(index + 1).map((b): Couple => [a, b]));

const measuredPairs = (couples: readonly Couple[], metric: MetricName): readonly Pair[] =>
  couples
    .map(([a, b]): Pair => ({ a, b, ...pairRounds(a.rounds, b.rounds, metric) }))
    .filter(({ pairedA }) => pairedA.length > 0);

const judge = (pairs: readonly Pair[], metric: MetricName, noiseFloor: number): readonly Verdict[] =>
  verdictsOf(
    pairs.map(({ pairedA, pairedB }) => ({ pairedA, pairedB, better: metrics[metric].better })),
    { noiseFloor },
  );

/** How far from 1 the interval of two equal candidates reaches, at most. */
const reachOf = (ratio: Verdict['ratio']): number =>
  ratio.kind === 'point' ? 0 : Math.max(ratio.high, 1 / ratio.low) - 1;

const resultOf = (
  { a, b, pairedA }: Pair,
  metric: MetricName,
  verdict: Verdict,
  gates: readonly RaceGate[],
): ComparisonResult => {
  const { ratio, adjustedP, margin, minimumDetectableRatio } = verdict;
  const closed = gates.filter(
    (gate) =>
      !gate.ok && gate.effect === 'withholds' && gate.candidates.every((name) => name === a.name || name === b.name),
  );
  return {
    a: a.name,
    b: b.name,
    metric,
    ratio: ratio.ratio,
    ...(ratio.kind === 'interval' ? { low: ratio.low, high: ratio.high } : {}),
    blocks: pairedA.length,
    ...(closed.length === 0
      ? judgementOf(verdict)
      : { verdict: 'withheld' as const, reason: closed.map((gate) => gate.reason ?? gate.name).join('; ') }),
    ...(adjustedP === undefined ? {} : { adjustedP }),
    margin,
    ...(Number.isFinite(minimumDetectableRatio) ? { mde: minimumDetectableRatio - 1 } : {}),
  };
};

const judgementOf = (verdict: Verdict): Pick<ComparisonResult, 'verdict' | 'isNegligible' | 'moreRounds'> => {
  switch (verdict.kind) {
    case 'faster':
    case 'slower':
      return { verdict: verdict.kind, isNegligible: verdict.isNegligible };
    case 'same':
      return { verdict: 'same' };
    case 'cant-tell':
      return { verdict: 'cant-tell', moreRounds: verdict.moreBlocks };
    default:
      return verdict satisfies never;
  }
};
