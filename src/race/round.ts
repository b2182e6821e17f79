import { type Clock, createScope, PitwallError } from '../base/index.ts';
import type { LoadResult } from '../load/index.ts';
import { type ComponentUsage, type Recorder, startRecorder } from '../observe/index.ts';
import type { LinkPlace, Plan } from '../plan/index.ts';
import type { RoundSeries, Surroundings } from '../result/index.ts';
import { groupMembers, type HostProcess, type RoundStage, type StageContext } from '../stage/index.ts';
import type { LinkReadings, StageLinks } from './links.ts';
import { loadJobOf } from './load-job.ts';
import { type LoadProcessHooks, runLoadToEnd } from './load-process.ts';
import { type RoundTime, watchTime, withOthers } from './neighbours.ts';
import { roundSeries } from './round-series.ts';
import { type Settling, settle } from './settle.ts';
import { type Seen, type SurroundingsWatch, watchSurroundings } from './surroundings.ts';
import { withTimeLimit } from './time-limit.ts';

/** How often usage is sampled: once a second, or about eight times in a short round. Peaks are of whole seconds all the same. */
const recordIntervalOf = ({ durationMs }: Plan): number => Math.min(1_000, Math.max(250, durationMs / 8));

/** What a timed round gave, before it becomes a line of the journal. */
export interface RoundEvidence {
  readonly load: LoadResult;
  readonly usage: readonly ComponentUsage[];
  /** What links and taps saw in the timed part. */
  readonly links: readonly (LinkReadings & { readonly place: LinkPlace })[];
  readonly surroundings: Surroundings;
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
  readonly stopped: readonly string[];
  readonly links: Promise<RoundEvidence['links']>;
  readonly seen: Promise<Seen>;
}

/** Loads a running stage and records it. Rejects when a component dies under it. */
export const playRound = async (
  context: StageContext,
  stage: RoundStage,
  links: StageLinks,
  { plan, label, onTick }: { plan: Plan; label: string; onTick: NonNullable<LoadProcessHooks['onTick']> },
): Promise<RoundEvidence> => {
  let recorder: Recorder | undefined;
  let watch: Promise<SurroundingsWatch> | undefined;
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
  const settling =
    settleMs === undefined ? undefined : await settle(context, stage, { plan, limitMs: settleMs, label });
  const load = await runLoadToEnd(context, stage, loadJobOf(plan, stage), label, {
    onTick,
    onMeasuring(process) {
      for (const link of links.opened.values()) link.reset();
      startNs = context.clock.nowNs();
      recorder = startRecorder({
        targets: targetsOf(stage, process),
        intervalMs: recordIntervalOf(plan),
        clock: context.clock,
      });
      stopTime = watchTime(context.clock);
      watch = watchSurroundings(stage.consoles, plan.instruments, context.clock);
    },
    onMeasured() {
      readings = {
        usage: recorder!.stop(),
        time: stopTime!(),
        stopped: stoppedComponents(stage),
        links: readLinks(links, context.clock),
        seen: stopInstruments(watch!, context.clock),
      };
      // Awaited below; a tap that died is reported there, not as an unhandled rejection.
      readings.links.catch(() => {});
      readings.seen.catch(() => {});
    },
  });
  // The load generator says `measured` before it gives its result.
  const { usage, time, stopped, seen } = readings!;
  const { surroundings, queues } = await seen;
  const { machine, ...others } = surroundings;
  return {
    load,
    usage,
    stopped,
    settling,
    series: roundSeries(usage, queues, { startNs, warmupMs: plan.warmupMs, elapsedMs: load.elapsedMs }),
    clockJumpMs: time.clockJumpMs,
    links: await readings!.links,
    surroundings: { ...others, ...(machine === undefined ? {} : { machine: withOthers(machine, usage, time) }) },
  };
};

/** A component that hangs does not answer its instrument either, and a round must end all the same. */
const answerLimitMs = 3_000;

const stopInstruments = (watch: Promise<SurroundingsWatch>, clock: Clock): Promise<Seen> =>
  withTimeLimit(
    watch.then((running) => running.stop()),
    { clock, limitMs: answerLimitMs },
    () => ({
      surroundings: {
        unavailable: [`a component did not answer within ${answerLimitMs / 1_000} s of the end of the round`],
      },
      queues: [],
    }),
  );

const readLinks = (links: StageLinks, clock: Clock): Promise<RoundEvidence['links']> =>
  withTimeLimit(
    Promise.all([...links.opened].map(async ([place, link]) => ({ place, ...(await link.snapshot()) }))),
    { clock, limitMs: answerLimitMs },
    () => {
      throw new PitwallError('observe.failed', `A tap did not answer within ${answerLimitMs / 1_000} s.`);
    },
  );

const stoppedComponents = (stage: RoundStage): readonly string[] =>
  stage.components
    .filter(({ process }) => groupMembers(process.pid).some(({ state }) => state === 'T' || state === 't'))
    .map(({ name }) => name);

const targetsOf = (stage: RoundStage, load: HostProcess) => [
  { name: 'load', pid: load.pid },
  ...stage.components.map(({ name, process }) => ({ name, pid: process.pid })),
];
