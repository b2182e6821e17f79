import { type ComponentName, componentNames } from '../base/index.ts';
import { parseBytesPerSecond, parseDurationMs } from './duration.ts';
import type { PlanFile } from './schema.ts';

/** What a round is played under: made once for each point of a sweep, owned by its runner, stored as it was used. */
export interface Conditions {
  readonly durationMs: number;
  readonly warmupMs: number;
  /** How long to load at most before the warm-up, until throughput has settled. */
  readonly settleMs: number | undefined;
  readonly connections: number;
  /** A server must answer within it after its start. */
  readonly startTimeoutMs: number;
  readonly timeoutMs: number;
  /** Share of the answers under load that the contract checks, 0 to 1. */
  readonly sampleRatio: number;
  readonly proxy: { readonly maxconn: number; readonly pathPrefix: string } | undefined;
  readonly pooler: { readonly connections: number } | undefined;
  readonly placements: Readonly<Partial<Record<ComponentName, Placement>>>;
  readonly links: Readonly<Partial<Record<LinkPlace, LinkPlan>>>;
  readonly instruments: Instruments;
  readonly tap: 'off' | 'calibration' | 'rounds';
  readonly calibration:
    | { readonly requests: number; readonly crossCheck: boolean; readonly tls: 'terminate' | 'passthrough' }
    | undefined;
}

/** Which samplers run beside a round. */
export type Instruments = PlanFile['instruments'];

/** Between which neighbours a link lies. */
export type LinkPlace = keyof PlanFile['links'];

/** Where on its host a component runs. */
export interface Placement {
  /** A list of processors as taskset takes it, e.g. `0-1,3`. */
  readonly cpus?: string;
  readonly nice?: number;
}

/** What an emulated network path is asked to do. */
export interface LinkPlan {
  readonly rttMs: number;
  readonly jitterMs?: number;
  readonly bytesPerSecond?: number;
}

/** Every default applied, every text parsed. */
export const makeConditions = (plan: PlanFile): Conditions => ({
  durationMs: parseDurationMs(plan.duration)!,
  warmupMs: parseDurationMs(plan.warmup)!,
  settleMs: plan.settle === undefined ? undefined : parseDurationMs(plan.settle),
  connections: plan.connections,
  startTimeoutMs: parseDurationMs(plan.startTimeout)!,
  timeoutMs: parseDurationMs(plan.timeout)!,
  sampleRatio: plan.sample,
  proxy: plan.proxy || undefined,
  pooler: plan.pooler || undefined,
  placements: makePlacements(plan),
  links: Object.fromEntries(
    Object.entries(plan.links).flatMap(([place, link]) => (link === undefined ? [] : [[place, findLink(link)]])),
  ),
  instruments: plan.instruments,
  tap: plan.tap,
  calibration: plan.calibration || undefined,
});

const makePlacements = ({ cpus, nice }: PlanFile): Conditions['placements'] =>
  Object.fromEntries(
    componentNames.map((name) => [
      name,
      {
        ...(cpus[name] === undefined ? {} : { cpus: cpus[name] }),
        ...(nice[name] === undefined ? {} : { nice: nice[name] }),
      },
    ]),
  );

const findLink = (link: Exclude<PlanFile['links'][LinkPlace], undefined>): LinkPlan => {
  const { rtt, jitter, rate } = typeof link === 'string' ? { rtt: link, jitter: undefined, rate: undefined } : link;
  return {
    rttMs: parseDurationMs(rtt)!,
    ...(jitter === undefined ? {} : { jitterMs: parseDurationMs(jitter)! }),
    ...(rate === undefined ? {} : { bytesPerSecond: parseBytesPerSecond(rate)! }),
  };
};
