/** What is read of a race; a `RaceResult` has all of it. What an older or a shorter race lacks is optional. */
export interface RaceFacts {
  readonly plan: PlanOfRace;
  readonly environment: { readonly cores: number };
  readonly candidates: readonly CandidateOfRace[];
}

export interface PlanOfRace {
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
  /** Folder that it comes from. */
  readonly candidate?: string | undefined;
  /** Where in a sweep it stands: plan keys and values. */
  readonly point?: Readonly<Record<string, string | number | boolean>> | undefined;
  readonly twinOf?: string | undefined;
  readonly versions?: Readonly<Record<string, string>> | undefined;
  readonly calibration?: CalibrationOfRace | undefined;
  readonly rounds: readonly RoundOfRace[];
}

export interface CalibrationOfRace {
  readonly turnarounds: number;
  readonly readyForQuery?: number | undefined;
  readonly statements?: number | undefined;
  readonly prepares?: number | undefined;
  readonly connects?: number | undefined;
  readonly connectTurnarounds: { readonly tcp: number; readonly tls: number; readonly auth?: number | undefined };
  /** Of one request after another, as the client saw it. */
  readonly latencyMs?: number | undefined;
  readonly serverMs: number;
  readonly streamMs: number;
  readonly holdMs?: number | undefined;
  readonly underLoad: { readonly turnarounds: number };
  readonly slope?:
    | { readonly turnarounds: number; readonly low?: number | undefined; readonly high?: number | undefined }
    | undefined;
  readonly statementTexts?:
    | readonly { readonly text: string; readonly prepares: number; readonly executes: number }[]
    | undefined;
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
  readonly surroundings?: SurroundingsOfRound | undefined;
}

export interface SurroundingsOfRound {
  readonly proxy?: { readonly queued: Level } | undefined;
  readonly pooler?: { readonly waitMsPerTransaction?: number | undefined; readonly clientsWaiting: Level } | undefined;
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

interface Level {
  readonly mean: number;
  readonly peak: number;
}

/** The rounds that count: what a gate refused, or what answered nothing, says nothing of a request. */
export const usableRounds = ({ rounds }: CandidateOfRace): readonly RoundOfRace[] =>
  rounds.filter((round) => round.outcome === 'measured' && answersOf(round) > 0);

/** All answers cost CPU, wrong ones too. */
const answersOf = ({ ok = 0, wrong = 0, status = 0 }: RoundOfRace): number => ok + wrong + status;

/** The plan as it was at the candidate's point of a sweep. */
export const planAt = (plan: PlanOfRace, { point = {} }: CandidateOfRace): PlanOfRace => {
  const numberAt = (key: string): number | undefined => {
    const value = point[key];
    return typeof value === 'number' ? value : undefined;
  };
  const maxconn = numberAt('proxy.maxconn') ?? plan.proxy?.maxconn;
  const pooled = numberAt('pooler.connections') ?? plan.pooler?.connections;
  return {
    ...plan,
    connections: numberAt('connections') ?? plan.connections,
    proxy: point['proxy'] === false || maxconn === undefined ? undefined : { maxconn },
    pooler: point['pooler'] === false || pooled === undefined ? undefined : { connections: pooled },
  };
};

/** CPU ms a request of some components together; undefined where none of them was measured. */
export const cpuMsOfParts = (round: RoundOfRace, parts: readonly string[]): number | undefined => {
  const seconds = (round.components ?? []).flatMap(({ name, cpuSeconds }) =>
    parts.includes(name) && cpuSeconds !== undefined ? [cpuSeconds] : [],
  );
  return seconds.length === 0 ? undefined : (1_000 * seconds.reduce((sum, each) => sum + each, 0)) / answersOf(round);
};
