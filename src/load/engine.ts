import type { Clock } from '../base/index.ts';
import { createRandom, type Random } from '../stats/index.ts';
import { type LoopWatch, watchLoop } from './client-watch.ts';
import { openDialler } from './dial.ts';
import { IdleLanes } from './idle-lanes.ts';
import { AnswerInspector } from './inspector.ts';
import type { LoadJob } from './job.ts';
import type { Lane, LaneOwner } from './lane.ts';
import { createLanes, openLanes } from './open-lanes.ts';
import { Recorder, type WorkerTally, type WorkerWindow } from './recorder.ts';
import type { AnswerRow } from './report/csv.ts';
import { requestOrder } from './request-order.ts';
import { rateSchedule, type Schedule, type Share, stagesSchedule } from './schedule.ts';
import { openWaker, type Waker } from './waker.ts';

/** One worker's part of a job. */
export interface EngineShare extends Share {
  readonly connections: number;
  /** Closed loop, or an open loop that stops after a number: how many requests to plan. */
  readonly requests: number;
}

export interface Engine {
  /** Starts the load; resolves when every planned request has its class. */
  run(): Promise<WorkerTally>;
  /** Ends the load now, as if its time were up. */
  stop(): void;
  /** Lets go of everything, also where it never ran. */
  close(): void;
}

export interface EngineListeners {
  readonly onWindow: (window: WorkerWindow) => void;
  /** Of every answer; costs an object each. */
  readonly onAnswer?: ((row: AnswerRow) => void) | undefined;
}

const housekeepingMs = 50;
const firstBackOffMs = 10;
const longestBackOffMs = 100;

/**
 * Opens the connections of a share and gives back the engine, ready to run. Connections that can't be opened are dialled again by
 * their first request, whose class then says so.
 */
export const openEngine = async (
  job: LoadJob,
  share: EngineShare,
  clock: Clock,
  listeners: EngineListeners,
): Promise<Engine> => {
  const dialler = await openDialler(job, clock);
  const engine = new LoadEngine(job, share, clock, listeners);
  if (job.model.kind !== 'closed') engine.waker = await openWaker(clock, () => engine.pump(clock.nowNs()));
  if (dialler.dnsNs > 0) engine.recorder.resolved(dialler.dnsNs);
  engine.lanes = createLanes(job, share.connections, engine, dialler, clock);
  if (job.isKeptAlive) await openLanes(engine.lanes, job.timeoutMs);
  return engine;
};

/** Runs the loop of one worker: gives requests to lanes, and their fates to the recorder. */
class LoadEngine implements Engine, LaneOwner {
  lanes: readonly Lane[] = [];
  readonly recorder: Recorder;
  private readonly job: LoadJob;
  private readonly share: EngineShare;
  private readonly clock: Clock;
  private readonly inspector: AnswerInspector;
  private readonly nextRequest: () => number;
  private readonly onAnswer: EngineListeners['onAnswer'];
  /** Open loop only. */
  private readonly schedule: Schedule | undefined;
  waker: Waker | undefined;
  private readonly idle: IdleLanes;
  private readonly timers = new Set<NodeJS.Timeout>();
  private startNs = 0;
  /** When the time is up; Infinity where a number of requests ends the load. */
  private endNs = Number.POSITIVE_INFINITY;
  private planned = 0;
  private inFlight = 0;
  private isRunning = false;
  private loopWatch: LoopWatch | undefined;
  private finish: (tally: WorkerTally) => void = () => {};

  constructor(job: LoadJob, share: EngineShare, clock: Clock, listeners: EngineListeners) {
    this.job = job;
    this.share = share;
    this.clock = clock;
    this.schedule = scheduleOf(job, share);
    this.idle = new IdleLanes(share.connections * job.streamsPerConnection);
    this.recorder = new Recorder(this.schedule !== undefined, listeners.onWindow);
    this.onAnswer = listeners.onAnswer;
    this.inspector = new AnswerInspector(job, streamOf(job.seed, 3 * share.worker));
    this.nextRequest = requestOrder(job, streamOf(job.seed, 3 * share.worker + 1));
  }

  run(): Promise<WorkerTally> {
    return new Promise((resolve) => {
      this.finish = resolve;
      this.isRunning = true;
      this.startNs = this.clock.nowNs();
      this.recorder.start(this.startNs, this.startNs + this.job.warmupMs * 1e6);
      const endMs = plannedMs(this.job);
      this.endNs = this.startNs + endMs * 1e6;
      if (Number.isFinite(endMs)) this.later(endMs, () => this.stop());
      this.loopWatch = watchLoop();
      this.later(this.job.warmupMs, () => this.loopWatch?.reset());
      this.keepHouse();
      if (this.schedule === undefined) {
        for (const lane of this.lanes) this.continueWith(lane, this.clock.nowNs());
      } else {
        for (const lane of this.lanes) this.idle.push(lane);
        this.pump(this.clock.nowNs());
      }
    });
  }

  stop(): void {
    if (!this.isRunning) return;
    this.isRunning = false;
    const nowNs = this.clock.nowNs();
    for (const timer of this.timers) clearTimeout(timer);
    this.waker?.close();
    for (const lane of this.lanes) if (lane.isBusy) this.recorder.cutOff(lane, nowNs);
    if (this.schedule !== undefined) {
      for (; this.isDue(nowNs); this.schedule.advance(), this.planned++) this.recorder.neverSent(this.dueNs());
    }
    // No lane reports any more: their fates are settled.
    for (const lane of this.lanes) lane.abandon();
    this.closeAll();
    const eventLoopDelayP99Ms = this.loopWatch?.stop() ?? 0;
    this.finish({
      ...this.recorder.finish(this.schedule === undefined ? nowNs : Math.min(nowNs, this.endNs)),
      samples: this.inspector.samples,
      eventLoopDelayP99Ms,
    });
  }

  close(): void {
    this.waker?.close();
    this.closeAll();
  }

  private closeAll(): void {
    for (const lane of this.lanes) lane.close();
  }

  answered(lane: Lane, nowNs: number): void {
    this.inFlight--;
    const verdict = this.inspector.judge(lane);
    if (verdict === 'ok' || verdict === 'status') {
      this.recorder.answered(lane, verdict, nowNs);
    } else {
      this.recorder.answered(lane, 'wrong', nowNs);
      this.recorder.wrong(verdict.wrong, lane.dueNs, nowNs);
    }
    if (this.onAnswer !== undefined) this.tellAnswer(lane, nowNs, this.onAnswer);
    if (!this.job.isKeptAlive) lane.close();
    this.continueWith(lane, nowNs);
  }

  failed(lane: Lane, nowNs: number, message: string): void {
    this.inFlight--;
    this.recorder.failed(lane, 'reset', message, nowNs);
    this.backOff(lane, nowNs);
  }

  dialled(durationNs: number): void {
    this.recorder.dialled(durationNs);
  }

  surplus(): void {
    this.recorder.surplus++;
  }

  /** Gives a free lane its next request, or lets it wait for one. */
  private continueWith(lane: Lane, nowNs: number): void {
    if (!this.isRunning) return;
    if (this.schedule === undefined) {
      if (this.planned < this.share.requests) {
        lane.dueNs = nowNs;
        this.send(lane, nowNs);
        return;
      }
    } else if (this.isDue(nowNs)) {
      this.sendDue(lane, nowNs, this.idle.length === 0);
      return;
    } else {
      this.idle.push(lane);
      // While all lanes were busy nobody asked to be woken.
      if (this.idle.length === 1) this.awaitDue();
    }
    this.stopWhenDone();
  }

  /** Open loop: sends what is due to idle lanes, and asks to be woken for the next. */
  pump(nowNs: number): void {
    if (!this.isRunning) return;
    while (this.idle.length > 0 && this.isDue(nowNs)) this.sendDue(this.idle.shift()!, nowNs, false);
    if (this.idle.length > 0) this.awaitDue();
    this.stopWhenDone();
  }

  private sendDue(lane: Lane, nowNs: number, waitedForConnection: boolean): void {
    lane.dueNs = this.dueNs();
    this.schedule!.advance();
    this.recorder.sent(lane.dueNs, nowNs, waitedForConnection);
    this.send(lane, nowNs);
  }

  private send(lane: Lane, nowNs: number): void {
    this.planned++;
    this.inFlight++;
    lane.send(this.nextRequest(), nowNs, this.inspector.sinkFor(lane));
  }

  private tellAnswer(lane: Lane, nowNs: number, tell: (row: AnswerRow) => void): void {
    if (nowNs < this.startNs + this.job.warmupMs * 1e6) return;
    tell({
      startNs: lane.sentNs - this.startNs,
      dnsNs: 0,
      dialNs: lane.dialNs,
      firstByteNs: lane.firstByteNs - lane.sentNs,
      durationNs: nowNs - lane.sentNs,
      bytes: lane.bodyBytes,
      status: lane.status,
    });
  }

  private dueNs(): number {
    return this.startNs + this.schedule!.dueNs;
  }

  /** Whether the next request is to be sent now. Those of the very end belong to no measured time. */
  private isDue(nowNs: number): boolean {
    const dueNs = this.dueNs();
    return dueNs <= nowNs && dueNs < this.endNs && this.planned < this.share.requests;
  }

  private awaitDue(): void {
    const dueNs = this.dueNs();
    if (dueNs < this.endNs && this.planned < this.share.requests) this.waker?.wakeAt(dueNs);
  }

  /** A lane whose connection fails waits a little before it dials again, so that a dead server isn't hammered. */
  private backOff(lane: Lane, nowNs: number): void {
    if (lane.failuresInRow <= 1) {
      this.continueWith(lane, nowNs);
      return;
    }
    this.stopWhenDone();
    if (!this.isRunning) return;
    const delayMs = Math.min(longestBackOffMs, firstBackOffMs * 2 ** (lane.failuresInRow - 2));
    this.later(delayMs, () => {
      this.continueWith(lane, this.clock.nowNs());
      if (this.schedule !== undefined) this.pump(this.clock.nowNs());
    });
  }

  private stopWhenDone(): void {
    const isPlanDone = this.planned >= this.share.requests || this.schedule?.dueNs === Number.POSITIVE_INFINITY;
    if (isPlanDone && this.inFlight === 0) this.stop();
  }

  /** Timeouts need no precision, so one sweep over the lanes serves them all. */
  private keepHouse(): void {
    const nowNs = this.clock.nowNs();
    this.recorder.roll(nowNs);
    for (const lane of this.lanes) {
      if (!lane.isBusy || nowNs - lane.sentNs < this.job.timeoutMs * 1e6) continue;
      this.inFlight--;
      this.recorder.failed(lane, 'timeout', 'timeout', nowNs);
      lane.abandon();
      this.continueWith(lane, nowNs);
    }
    if (this.isRunning) this.later(Math.min(housekeepingMs, this.job.timeoutMs / 4), () => this.keepHouse());
  }

  private later(delayMs: number, act: () => void): void {
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      act();
    }, delayMs);
    this.timers.add(timer);
  }
}

/** How long the load lasts, warm-up included; Infinity when a number of requests ends it. */
const plannedMs = ({ stop, model, warmupMs }: LoadJob): number => {
  const stopMs = 'durationMs' in stop ? warmupMs + stop.durationMs : Number.POSITIVE_INFINITY;
  if (model.kind !== 'stages') return stopMs;
  return Math.min(
    stopMs,
    model.stages.reduce((sum, { durationMs }) => sum + durationMs, 0),
  );
};

const scheduleOf = ({ model, seed }: LoadJob, share: EngineShare): Schedule | undefined => {
  if (model.kind === 'closed') return undefined;
  const random = streamOf(seed, 3 * share.worker + 2);
  if (model.kind === 'open') return rateSchedule(model.ratePerS, model.arrivals, share, random);
  const stages = model.stages.map(({ durationMs, ratePerS }) => ({ durationNs: durationMs * 1e6, ratePerS }));
  return stagesSchedule(stages, model.arrivals, share, random);
};

/** Random numbers of their own for each purpose of each worker, so that what one draws never shifts another. */
const streamOf = (seed: number, stream: number): Random => createRandom(seed ^ Math.imul(stream + 1, 0x85ebca6b));
