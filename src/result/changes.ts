import { present } from '../base/index.ts';
import { average, holm, judgeFamily, type UnpairedRatio, unpairedRatio } from '../stats/index.ts';
import { metrics } from './metrics.ts';
import { tabulateRounds } from './paired-rounds.ts';
import { findReference } from './references.ts';
import { type ComparisonResult, type MetricName, metricNames } from './schema/comparison.ts';
import type { CandidateResult, RaceResult } from './schema/race.ts';

/** One candidate of one race. */
export interface Side {
  readonly race: RaceResult;
  readonly candidate: CandidateResult;
}

/** What became of one figure from one side to the other. */
export interface Change {
  readonly metric: MetricName;
  readonly before: string;
  readonly after: string;
  /** after / before; of two races with a reference, of what each is beside it. */
  readonly ratio: number;
  /** 95 % interval; absent where a side has one round. */
  readonly low?: number;
  readonly high?: number;
  /** The verdict on `after` against `before`; `faster` stands for better. Adjusted for all changes of this metric (Holm). */
  readonly verdict: 'faster' | 'slower' | 'same' | 'cant-tell' | 'withheld';
  readonly reason?: string;
  /** The candidates beside which it was measured in both races. */
  readonly beside?: readonly string[];
}

export interface Changes {
  readonly before: string;
  readonly after: string;
  /** Rounds of the same race, block by block; or of two, which share nothing. */
  readonly isPaired: boolean;
  readonly changes: readonly Change[];
  /** What else differs between the two races. */
  readonly differences: readonly string[];
}

const margin = 0.02;
const alpha = 0.05;

export interface CompareOptions {
  /** A candidate of both races that did not change. @default those whose sources and settings are the same */
  readonly reference?: string;
}

/** Every candidate that two races have in common. */
export const compareRaces = (before: RaceResult, after: RaceResult, options: CompareOptions = {}): Changes => {
  const common = before.candidates.flatMap((candidate): [Side, Side][] => {
    const partner = after.candidates.find(({ name }) => name === candidate.name);
    return partner === undefined
      ? []
      : [
          [
            { race: before, candidate },
            { race: after, candidate: partner },
          ],
        ];
  });
  return listChanges(before, after, common, options);
};

/** Two candidates, of one race or of two. */
export const compareSides = (before: Side, after: Side, options: CompareOptions = {}): Changes =>
  listChanges(before.race, after.race, [[before, after]], options);

const listChanges = (
  before: RaceResult,
  after: RaceResult,
  pairs: readonly (readonly [Side, Side])[],
  options: CompareOptions,
): Changes => {
  const isPaired = before.id === after.id;
  return {
    before: before.id,
    after: after.id,
    isPaired,
    changes: metricNames.flatMap((metric) => changesIn(metric, pairs, isPaired, options)),
    differences: isPaired ? [] : listDifferences(before, after),
  };
};

const changesIn = (
  metric: MetricName,
  pairs: readonly (readonly [Side, Side])[],
  isPaired: boolean,
  options: CompareOptions,
): readonly Change[] =>
  isPaired
    ? pairs.flatMap(([before, after]) => pairedChange(metric, before, after))
    : changesOfRaces(metric, pairs, options);

/** What the race itself says of the two, so that nothing has two verdicts; a pair that it does not compare is judged alone. */
const pairedChange = (metric: MetricName, before: Side, after: Side): readonly Change[] => {
  const [a, b] = [after.candidate.name, before.candidate.name];
  const facts = { metric, before: b, after: a };
  const found = before.race.comparisons.find(
    (one) => one.metric === metric && ((one.a === a && one.b === b) || (one.a === b && one.b === a)),
  );
  const reason = closedGates(before, after);
  if (found !== undefined) {
    const { ratio, low, high, verdict, reason: closed } = found.a === a ? found : invert(found);
    const why = reason ?? closed;
    return [
      {
        ...facts,
        ratio,
        ...(low === undefined || high === undefined ? {} : { low, high }),
        verdict: why === undefined ? verdict : 'withheld',
        ...(why === undefined ? {} : { reason: why }),
      },
    ];
  }
  const table = tabulateRounds([after.candidate.rounds, before.candidate.rounds], metric);
  return judgeFamily(table, {
    better: metrics[metric].better,
    margin: before.race.plan.margin ?? margin,
    looks: before.race.looks,
  }).pairs.map(({ ratio, interval, kind }) => ({
    ...facts,
    ratio,
    ...interval,
    verdict: reason === undefined ? kind : 'withheld',
    ...(reason === undefined ? {} : { reason }),
  }));
};

const inverted: Readonly<Record<ComparisonResult['verdict'], ComparisonResult['verdict']>> = {
  faster: 'slower',
  slower: 'faster',
  same: 'same',
  'cant-tell': 'cant-tell',
  withheld: 'withheld',
};

const invert = ({ ratio, low, high, verdict, reason }: ComparisonResult) => ({
  ratio: 1 / ratio,
  low: high === undefined ? undefined : 1 / high,
  high: low === undefined ? undefined : 1 / low,
  verdict: inverted[verdict],
  reason,
});

interface Estimated {
  readonly change: Omit<Change, 'verdict'>;
  readonly p: number | undefined;
  readonly isEquivalent: boolean;
}

const changesOfRaces = (
  metric: MetricName,
  pairs: readonly (readonly [Side, Side])[],
  options: CompareOptions,
): readonly Change[] => {
  const estimated = pairs.flatMap(([before, after]) => estimate(metric, before, after, options));
  const tested = estimated.filter(({ p }) => p !== undefined);
  const adjusted = new Map(holm(tested.map(({ p }) => p!)).map((p, index) => [tested[index], p]));
  return estimated.map((one) => ({ ...one.change, ...judge(metric, one, adjusted.get(one)) }));
};

const judge = (
  metric: MetricName,
  { change: { ratio, reason }, isEquivalent }: Estimated,
  p: number | undefined,
): Pick<Change, 'verdict'> => {
  if (reason !== undefined) return { verdict: 'withheld' };
  if (p !== undefined && p <= alpha)
    return { verdict: ratio > 1 === (metrics[metric].better === 'higher') ? 'faster' : 'slower' };
  return { verdict: isEquivalent ? 'same' : 'cant-tell' };
};

/** The machine may have been another one: its speed differs by some 5 % from race to race, and nothing in one race shows it. */
const noReference = 'nothing beside it stayed the same in both races';

const estimate = (
  metric: MetricName,
  before: Side,
  after: Side,
  { reference: named }: CompareOptions,
): readonly Estimated[] => {
  const reference = findReference(before.race, after.race, {
    compared: [before.candidate.name, after.candidate.name],
    named,
  });
  const reason = closedGates(before, after) ?? (reference === undefined ? noReference : undefined);
  const change = {
    metric,
    before: before.candidate.name,
    after: after.candidate.name,
    ...present('reason', reason),
    ...present('beside', reference?.names),
  };
  const old = valuesBeside(before.candidate, reference?.before ?? [], metric);
  const current = valuesBeside(after.candidate, reference?.after ?? [], metric);
  if (old.length === 0 || current.length === 0) return [];
  const ratio: UnpairedRatio = unpairedRatio(current, old);
  // Two one-sided tests come to the interval at twice the level.
  const narrow = unpairedRatio(current, old, 1 - 2 * alpha);
  return [
    {
      change: {
        ...change,
        ratio: ratio.ratio,
        ...(ratio.kind === 'interval' ? { low: ratio.low, high: ratio.high } : {}),
      },
      p: ratio.kind === 'interval' ? ratio.p : undefined,
      isEquivalent: narrow.kind === 'interval' && narrow.low >= 1 / (1 + margin) && narrow.high <= 1 + margin,
    },
  ];
};

/** A figure of each block over the geometric mean of the references' in the same block; as it is without references. */
const valuesBeside = (
  { rounds }: CandidateResult,
  references: readonly CandidateResult[],
  metric: MetricName,
): readonly number[] =>
  tabulateRounds([rounds, ...references.map((one) => one.rounds)], metric).flatMap(([value, ...others]) => {
    if (value === undefined || others.includes(undefined)) return [];
    return others.length === 0 ? [value] : [value / Math.exp(average(others.map((other) => Math.log(other!))))];
  });

/** Why nothing can be said, from the gates of both races and what became of the candidates. */
const closedGates = (...sides: readonly Side[]): string | undefined => {
  const names = new Set(sides.map(({ candidate }) => candidate.name));
  const reasons = sides.flatMap(({ race, candidate }) => [
    ...(candidate.status === 'ok'
      ? []
      : [`${candidate.name} ${candidate.status}: ${candidate.reason ?? 'no reason given'}`]),
    ...race.gates
      .filter((gate) => !gate.ok && gate.effect === 'withholds' && gate.candidates.every((name) => names.has(name)))
      .map((gate) => gate.reason ?? gate.name),
  ]);
  return reasons.length === 0 ? undefined : [...new Set(reasons)].join('; ');
};

const listDifferences = (before: RaceResult, after: RaceResult): readonly string[] => {
  const facts = ({ plan, environment, candidates }: RaceResult): Record<string, unknown> => ({
    workload: `${plan.workload.name} x ${plan.workload.scale}`,
    'data of the workload': plan.workload.digest,
    connections: plan.connections,
    'duration in ms': plan.durationMs,
    'warm-up in ms': plan.warmupMs,
    proxy: plan.proxy,
    pooler: plan.pooler,
    links: plan.links,
    cpu: environment.cpu,
    cores: environment.cores,
    kernel: environment.kernel,
    node: environment.node,
    ...Object.fromEntries(Object.entries(environment.versions).map(([name, version]) => [name, version])),
    ...Object.fromEntries(
      candidates.flatMap(({ name, sourceDigest, settings }) => [
        [`sources of ${name}`, sourceDigest?.slice(0, 12)],
        [`settings of ${name}`, settings],
      ]),
    ),
  });
  const [old, current] = [facts(before), facts(after)];
  return Object.keys({ ...old, ...current })
    .filter((key) => key in old && key in current && JSON.stringify(old[key]) !== JSON.stringify(current[key]))
    .map((key) => `${key}: ${writeText(old[key])} before, ${writeText(current[key])} after`);
};

const writeText = (value: unknown): string =>
  value === undefined ? 'none' : typeof value === 'string' ? value : JSON.stringify(value);
