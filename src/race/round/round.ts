import { type Clock, createScope, PitwallError } from '../../base/index.ts';
import type { DatabaseState, RoundStage } from '../../components/index.ts';
import type { HostProcess } from '../../hosts/index.ts';
import type { LoadJob, LoadResult } from '../../load/index.ts';
import type { LinkPlace, Plan } from '../../plan/index.ts';
import type { RoundSeries, Telemetry } from '../../result/index.ts';
import { type ComponentUsage, type Recorder, startRecorder } from '../../telemetry/index.ts';
import { withTimeLimit } from '../schedule/time-limit.ts';
import type { LinkReadings, StageLinks } from './links.ts';
import { type LoadContext, type LoadProcessHooks, runLoadToEnd } from './load-process.ts';
import { type RoundTime, watchTime, withOthers } from './other-processes.ts';
import { roundSeries } from './round-series.ts';
import { type Settling, settle } from './settle.ts';
import { type Seen, type TelemetryWatch, watchTelemetry } from './telemetry.ts';

/** How often usage is sampled: once a second, or about eight times in a short round. Peaks are of whole seconds all the same. */
const chooseRecordInterval = ({ durationMs }: Pick<Plan, 'durationMs'>): number =>
  Math.min(1_000, Math.max(250, durationMs / 8));

/** What a timed round gave, before it becomes a line of the journal. */
export interface RoundEvidence {
  readonly load: LoadResult;
  /** What the database began with; undefined where pitwall started none. */
  readonly state: DatabaseState | undefined;
  readonly usage: readonly ComponentUsage[];
  /** What links and taps saw in the timed part. */
  readonly links: readonly (LinkReadings & { readonly place: LinkPlace })[];
  readonly telemetry: Telemetry;
  /** Usage and queues over the timed part. */
  readonly series: RoundSeries;
  /** Wall clock less monotonic clock over the timed part. */
  readonly clockJumpMs: number;
  /** Components that were stopped (SIGSTOP) when the timed part was over. */
  readonly stopped: readonly string[];
  readonly settling: Settling | undefined;
}

/** What is read at the end of the timed part, when nothing may wait. */
interface Readings {
  readonly usage: readonly ComponentUsage[];
  readonly time: RoundTime;
  readonly stopped: Promise<readonly string[]>;
  readonly links: Promise<RoundEvidence['links']>;
  readonly seen: Promise<Seen>;
}

/** Of a stage, what a round loads and records. */
export interface PlayedStage extends Pick<RoundStage, 'consoles' | 'died'> {
  readonly components: readonly { readonly name: string; readonly process: Pick<HostProcess, 'pid' | 'states'> }[];
  /** Absent where pitwall started no database. */
  readonly state?: DatabaseState;
}

export interface PlayOptions {
  readonly plan: Pick<Plan, 'settleMs' | 'durationMs' | 'warmupMs' | 'instruments'>;
  readonly job: LoadJob;
  /** Begins the names of log files. */
  readonly label: string;
  /** Why what the race itself used of the machine is not all known, so that the rest is not all others'. */
  readonly othersUnknown?: string;
  readonly onTick: NonNullable<LoadProcessHooks['onTick']>;
}

/** Loads a running stage and records it. Rejects when a component dies under it. */
export const playRound = async (
  context: LoadContext,
  stage: PlayedStage,
  links: Pick<StageLinks, 'opened'>,
  { plan, job, label, othersUnknown, onTick }: PlayOptions,
): Promise<RoundEvidence> => {
  let recorder: Recorder | undefined;
  let watch: Promise<TelemetryWatch> | undefined;
  let stopTime: (() => RoundTime) | undefined;
  let readings: Readings | undefined;
  let startNs = 0;
  await using scope = createScope();
  scope.defer(async () => {
    // Where the round ended early the samplers still hold their connections.
    if (readings !== undefined) return;
    recorder?.stop();
    if (watch !== undefined) await stopInstruments(watch, context.clock);
  });
  const { settleMs } = plan;
  const settling = settleMs === undefined ? undefined : await settle(context, stage, { job, limitMs: settleMs, label });
  const load = await runLoadToEnd(context, stage, job, label, {
    onTick,
    onSchedule(measuresAtNs) {
      // Said ahead: a word on its way while the servers keep every core busy would come after the first requests.
      for (const link of links.opened.values()) link.reset(measuresAtNs);
    },
    onMeasuring(process) {
      startNs = context.clock.nowNs();
      recorder = startRecorder({
        targets: listTargets(stage, process),
        intervalMs: chooseRecordInterval(plan),
        clock: context.clock,
      });
      stopTime = watchTime(context.clock);
      watch = watchTelemetry(stage.consoles, plan.instruments, context.clock);
    },
    onMeasured() {
      readings = {
        usage: recorder!.stop(),
        time: stopTime!(),
        stopped: findStopped(stage),
        links: readLinks(links, context.clock),
        seen: stopInstruments(watch!, context.clock),
      };
      // Awaited below; a tap that died is reported there, not as an unhandled rejection.
      readings.links.catch(() => {});
      readings.stopped.catch(() => {});
      readings.seen.catch(() => {});
    },
  });
  // The load generator says `measured` before it gives its result.
  const { usage, time, seen } = readings!;
  const stopped = await readings!.stopped;
  const { telemetry, queues } = await seen;
  const { machine, ...others } = telemetry;
  return {
    load,
    state: stage.state,
    usage,
    stopped,
    settling,
    series: roundSeries(usage, queues, { startNs, warmupMs: plan.warmupMs, elapsedMs: load.elapsedMs }),
    clockJumpMs: time.clockJumpMs,
    links: await readings!.links,
    telemetry: {
      ...others,
      ...(machine === undefined
        ? {}
        : { machine: othersUnknown === undefined ? withOthers(machine, usage, time) : machine }),
      unavailable: [...others.unavailable, ...(othersUnknown === undefined ? [] : [othersUnknown])],
    },
  };
};

/** A component that hangs does not answer its instrument either, and a round must end all the same. */
const answerLimitMs = 3_000;

const stopInstruments = (watch: Promise<TelemetryWatch>, clock: Clock): Promise<Seen> =>
  withTimeLimit(
    watch.then((running) => running.stop()),
    { clock, limitMs: answerLimitMs },
    () => ({
      telemetry: {
        unavailable: [`a component did not answer within ${answerLimitMs / 1_000} s of the end of the round`],
      },
      queues: [],
    }),
  );

const readLinks = (links: Pick<StageLinks, 'opened'>, clock: Clock): Promise<RoundEvidence['links']> =>
  withTimeLimit(
    Promise.all([...links.opened].map(async ([place, link]) => ({ place, ...(await link.snapshot()) }))),
    { clock, limitMs: answerLimitMs },
    () => {
      throw new PitwallError('observe.failed', `A tap did not answer within ${answerLimitMs / 1_000} s.`);
    },
  );

const findStopped = async (stage: PlayedStage): Promise<readonly string[]> => {
  const states = await Promise.all(stage.components.map(async ({ process }) => await process.states()));
  return stage.components
    .filter((_, index) => states[index]!.some((state) => state === 'T' || state === 't'))
    .map(({ name }) => name);
};

const listTargets = (stage: PlayedStage, load: HostProcess) => [
  { name: 'load', pid: load.pid },
  ...stage.components.map(({ name, process }) => ({ name, pid: process.pid })),
];
