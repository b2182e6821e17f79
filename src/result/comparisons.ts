import { decideFamily, type FamilyJudgement, judgeFamily, type Looks, type PairJudgement } from '../stats/index.ts';
import { metrics } from './metrics.ts';
import { tabulateRounds } from './paired-rounds.ts';
import {
  type BestResult,
  type ComparisonResult,
  type MetricName,
  metricNames,
  type RaceGate,
} from './schema/comparison.ts';
import type { CandidateFacts } from './schema/race.ts';
import type { RoundResult } from './schema/round.ts';

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
  readonly expectedRoundTrips?: CandidateFacts['expectedRoundTrips'];
  /** Whether its answers were those expected. */
  readonly contract?: CandidateFacts['contract'];
}

/** What comparing comes to: every pair on every metric, and who serves most at each point. */
export interface Comparisons {
  readonly comparisons: readonly ComparisonResult[];
  readonly best: readonly BestResult[];
}

export interface ComparisonOptions {
  /** The A/A controls. */
  readonly control?: { readonly of: string; readonly name: string } | undefined;
  /** Differences within it are the same, fixed before the race. @default 0.02 */
  readonly margin?: number | undefined;
  /** Where the race could have ended before, or had. */
  readonly looks?: Looks | undefined;
}

/** Differences below 2 % are the same to whoever runs a server, and about what a good machine can repeat. */
const usualMargin = 0.02;

/**
 * The pairs that differ in one thing (candidates at the same point of a sweep; points of the same candidate) on every metric,
 * `a` before `b` in the order given. The candidates of a point, or the points of a candidate, are one family on each metric, whose
 * intervals hold together. The second of the A/A controls stands in no family but in a comparison with the first, which is a check of
 * the machine and changes no other verdict.
 */
export const compareContestants = (
  contestants: readonly Contestant[],
  gates: readonly RaceGate[],
  { control, margin = usualMargin, looks }: ComparisonOptions = {},
): Comparisons => {
  const controls = contestants.filter(
    ({ name }) => control !== undefined && (name === control.of || name === control.name),
  );
  const families = groupFamilies(contestants.filter(({ name }) => name !== control?.name));
  const best: BestResult[] = [];
  const comparisons = metricNames.flatMap((metric) => {
    const ofControls = judgeContestants(controls, metric, { margin, looks });
    return [
      ...families.flatMap(({ members, isOnePoint }) => {
        const judged = judgeContestants(members, metric, { margin, looks });
        if (isOnePoint && metric === 'requestsPerSecond') best.push(...describeBest(members, judged, gates));
        return judged.pairs
          .filter(({ a, b }) => isOnePoint || describePoint(members[a]!) !== describePoint(members[b]!))
          .map((pair) => buildResult(members, pair, metric, margin, gates));
      }),
      ...ofControls.pairs.map((pair) => buildResult(controls, pair, metric, margin, gates)),
    ];
  });
  return { comparisons, best };
};

interface ContestantFamily {
  readonly members: readonly Contestant[];
  /** Candidates at one point, not one candidate's points. */
  readonly isOnePoint: boolean;
}

const describePoint = ({ point }: Contestant): string => JSON.stringify(point);

const groupFamilies = (contestants: readonly Contestant[]): readonly ContestantFamily[] => [
  ...groupBy(contestants, describePoint).map((members) => ({ members, isOnePoint: true })),
  ...groupBy(contestants, ({ candidate }) => candidate)
    .filter((members) => new Set(members.map(describePoint)).size > 1)
    .map((members) => ({ members, isOnePoint: false })),
];

const groupBy = <T>(items: readonly T[], keyOf: (item: T) => string): readonly (readonly T[])[] => {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return [...groups.values()];
};

/** Whether what the first sentence of a race is about is decided, and about how many more blocks would decide it. */
export interface RateDecision {
  readonly isDecided: boolean;
  /** 0 where it is decided. */
  readonly moreBlocks: number;
}

/**
 * The leader's requests per second against those of each other candidate at its point, at every point; where no point has two
 * candidates, those of one candidate's best point against its others.
 *
 * @returns undefined where nothing can be compared.
 */
export const decideRates = (
  contestants: readonly Contestant[],
  { control, margin = usualMargin, looks }: ComparisonOptions,
): RateDecision | undefined => {
  const families = groupFamilies(contestants.filter(({ name }) => name !== control?.name));
  const ofPoints = families.filter(({ members, isOnePoint }) => isOnePoint && members.length > 1);
  const decisions = (ofPoints.length > 0 ? ofPoints : families).flatMap(({ members }) => {
    const judged = judgeContestants(members, 'requestsPerSecond', { margin, looks });
    return decideFamily(judged, metrics.requestsPerSecond.better) ?? [];
  });
  if (decisions.length === 0) return undefined;
  return {
    isDecided: decisions.every(({ isDecided }) => isDecided),
    moreBlocks: Math.max(...decisions.map(({ moreBlocks }) => moreBlocks)),
  };
};

const judgeContestants = (
  members: readonly Contestant[],
  metric: MetricName,
  { margin, looks }: { readonly margin: number; readonly looks: Looks | undefined },
): FamilyJudgement => {
  const table = tabulateRounds(
    members.map(({ rounds }) => rounds),
    metric,
  );
  return judgeFamily(table, { better: metrics[metric].better, margin, looks });
};

const listReasons = (gates: readonly RaceGate[], a: Contestant, b: Contestant): readonly string[] =>
  gates
    .filter(
      (gate) =>
        !gate.ok && gate.effect === 'withholds' && gate.candidates.every((name) => name === a.name || name === b.name),
    )
    .map((gate) => gate.reason ?? gate.name);

/** Nothing, where no candidate is shown to be the best, or where a gate of the race withholds the verdict on one of its pairs. */
const describeBest = (
  members: readonly Contestant[],
  { best: found }: FamilyJudgement,
  gates: readonly RaceGate[],
): readonly BestResult[] => {
  if (found === undefined) return [];
  const best = members[found.best]!;
  if (found.over.some(({ other }) => listReasons(gates, best, members[other]!).length > 0)) return [];
  return [
    {
      candidate: best.name,
      over: found.over.map(({ other, ratio, bound }) => ({ candidate: members[other]!.name, ratio, low: bound })),
    },
  ];
};

const buildResult = (
  members: readonly Contestant[],
  pair: PairJudgement,
  metric: MetricName,
  margin: number,
  gates: readonly RaceGate[],
): ComparisonResult => {
  const [a, b] = [members[pair.a]!, members[pair.b]!];
  const { ratio, interval, blocks, minimumDetectableRatio } = pair;
  const reasons = listReasons(gates, a, b);
  return {
    a: a.name,
    b: b.name,
    metric,
    ratio,
    ...interval,
    blocks,
    ...(reasons.length === 0 ? describeJudgement(pair) : { verdict: 'withheld' as const, reason: reasons.join('; ') }),
    margin,
    ...(minimumDetectableRatio === undefined ? {} : { mde: minimumDetectableRatio - 1 }),
  };
};

const describeJudgement = ({
  kind,
  isNegligible,
  moreBlocks,
}: PairJudgement): Pick<ComparisonResult, 'verdict' | 'isNegligible' | 'moreRounds'> => ({
  verdict: kind,
  ...(kind === 'faster' || kind === 'slower' ? { isNegligible } : {}),
  ...(moreBlocks === undefined ? {} : { moreRounds: moreBlocks }),
});
