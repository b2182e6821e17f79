/** What is read of a race; a `RaceResult` has all of it. What an older or a shorter race lacks is optional. */
export interface RaceFacts {
  readonly plan: ConditionsOfRace;
  readonly environment: { readonly cores: number };
  /** Parts that the plan wants and that were not installed. */
  readonly missing?: readonly { readonly tool: string }[] | undefined;
  readonly candidates: readonly CandidateOfRace[];
}

/** What a candidate was raced under, as far as the model asks. */
export interface ConditionsOfRace {
  readonly connections: number;
  readonly proxy?: { readonly maxconn: number } | undefined;
  readonly pooler?: { readonly connections: number } | undefined;
  /** Round trips that were asked for, by place. */
  readonly links?: Readonly<Record<string, { readonly rttMs: number }>> | undefined;
  /** Processors of each component, as taskset takes them. */
  readonly placements?: Readonly<Record<string, { readonly cpus?: string | undefined }>> | undefined;
}

export interface CandidateOfRace {
  readonly name: string;
  readonly language: string;
  readonly settings: Readonly<Record<string, number>>;
  /** The conditions as they were used. Absent in older races. */
  readonly conditions?: ConditionsOfRace | undefined;
  /** Folder that it comes from. */
  readonly candidate?: string | undefined;
  /** Where in a sweep it stands: plan keys and values. */
  readonly point?: Readonly<Record<string, string | number | boolean>> | undefined;
  readonly variantOf?: string | undefined;
  readonly versions?: Readonly<Record<string, string>> | undefined;
  readonly calibration?: CalibrationOfRace | undefined;
  /** What the way that it was raced could not measure, and why. */
  readonly unmeasured?: Readonly<Record<string, string>> | undefined;
  readonly rounds: readonly RoundOfRace[];
}

export interface CalibrationOfRace {
  readonly roundTrips: number;
  readonly readyForQuery?: number | undefined;
  readonly statements?: number | undefined;
  readonly prepares?: number | undefined;
  readonly connects?: number | undefined;
  readonly connectRoundTrips: { readonly tcp: number; readonly tls: number; readonly auth?: number | undefined };
  /** The time of one request after another, as the client saw it. */
  readonly latencyMs?: number | undefined;
  readonly serverMs: number;
  readonly streamMs: number;
  readonly holdMs?: number | undefined;
  readonly underLoad: { readonly roundTrips: number };
  readonly slope?:
    | { readonly roundTrips: number; readonly low?: number | undefined; readonly high?: number | undefined }
    | undefined;
  readonly statementTexts?:
    | readonly {
        readonly text: string;
        readonly prepares: number;
        readonly executes: number;
        readonly roundTrips?:
          | { readonly preparing: number; readonly alone: number; readonly shared: number }
          | undefined;
      }[]
    | undefined;
  readonly shapes?: readonly { readonly shape: string; readonly count: number }[] | undefined;
  readonly waterfall?:
    | readonly {
        readonly up: string;
        readonly down?: string | undefined;
        readonly startMs?: number | undefined;
        readonly serverMs?: number | undefined;
        readonly streamMs?: number | undefined;
      }[]
    | undefined;
}

export interface RoundOfRace {
  readonly outcome: string;
  readonly requestsPerSecond?: number | undefined;
  readonly elapsedSeconds?: number | undefined;
  readonly ok?: number | undefined;
  readonly wrong?: number | undefined;
  readonly status?: number | undefined;
  readonly latencyMs?: { readonly mean: number } | undefined;
  readonly components?: readonly { readonly name: string; readonly cpuSeconds?: number | undefined }[] | undefined;
  readonly ledger?: { readonly perRequest: number } | undefined;
  readonly links?:
    | Readonly<
        Record<string, { readonly rttMs: { readonly p50?: number | undefined; readonly mean?: number | undefined } }>
      >
    | undefined;
  readonly telemetry?: RoundTelemetry | undefined;
}

export interface RoundTelemetry {
  readonly proxy?: { readonly queued: MeanAndPeak } | undefined;
  readonly pooler?:
    | { readonly waitMsPerTransaction?: number | undefined; readonly clientsWaiting: MeanAndPeak }
    | undefined;
  readonly server?: { readonly connectionsByProcess: readonly number[] } | undefined;
  /** Client backends by state and wait event, mean. */
  readonly database?: Readonly<Record<string, number>> | undefined;
  readonly machine?:
    | {
        readonly busyRatio?: number | undefined;
        readonly otherRatio?: number | undefined;
        readonly stealRatio?: number | undefined;
      }
    | undefined;
}

interface MeanAndPeak {
  readonly mean: number;
  readonly peak: number;
}

/** The rounds that count: what a gate refused, or what answered nothing, says nothing of a request. */
export const usableRounds = ({ rounds }: CandidateOfRace): readonly RoundOfRace[] =>
  rounds.filter((round) => round.outcome === 'measured' && listAnswers(round) > 0);

/** All answers cost CPU, wrong ones too. */
const listAnswers = ({ ok = 0, wrong = 0, status = 0 }: RoundOfRace): number => ok + wrong + status;

/** What the candidate was raced under; of an older race, the plan with what its point of a sweep says. */
export const readConditions = (
  race: Pick<RaceFacts, 'plan' | 'missing'>,
  candidate: CandidateOfRace,
): ConditionsOfRace => candidate.conditions ?? readPointConditions(race, candidate);

const readPointConditions = (
  { plan, missing = [] }: Pick<RaceFacts, 'plan' | 'missing'>,
  { point = {} }: CandidateOfRace,
): ConditionsOfRace => {
  const numberAt = (key: string): number | undefined => {
    const value = point[key];
    return typeof value === 'number' ? value : undefined;
  };
  const isThere = (part: string, tool: string): boolean =>
    point[part] !== false && missing.every((other) => other.tool !== tool);
  const maxconn = numberAt('proxy.maxconn') ?? plan.proxy?.maxconn;
  const pooled = numberAt('pooler.connections') ?? plan.pooler?.connections;
  return {
    ...plan,
    connections: numberAt('connections') ?? plan.connections,
    proxy: !isThere('proxy', 'haproxy') || maxconn === undefined ? undefined : { maxconn },
    pooler: !isThere('pooler', 'pgbouncer') || pooled === undefined ? undefined : { connections: pooled },
    // What a point says of a link is text for people: only the rounds know what it was.
    links: Object.fromEntries(
      Object.entries(plan.links ?? {}).filter(([place]) => point[`links.${place}`] === undefined),
    ),
  };
};

/** CPU ms per request of some components together; undefined where none of them was measured. */
export const sumCpuMs = (round: RoundOfRace, parts: readonly string[]): number | undefined => {
  const seconds = (round.components ?? []).flatMap(({ name, cpuSeconds }) =>
    parts.includes(name) && cpuSeconds !== undefined ? [cpuSeconds] : [],
  );
  return seconds.length === 0 ? undefined : (1_000 * seconds.reduce((sum, each) => sum + each, 0)) / listAnswers(round);
};
