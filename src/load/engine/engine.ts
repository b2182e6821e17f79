import type { Clock } from '../../base/index.ts';
import { openDialler } from '../dial/dial.ts';
import type { LoadJob } from '../job/job.ts';
import { requestOrder } from '../job/request-order.ts';
import type { Share } from '../pacing/arrivals.ts';
import { createTraffic } from '../pacing/create-traffic.ts';
import { plannedMs } from '../pacing/planned-time.ts';
import { findStream } from '../pacing/random-streams.ts';
import type { Sender, Traffic } from '../pacing/traffic.ts';
import { RequestRecorder } from '../result/recorder.ts';
import { listRoutes, RouteRecorder } from '../result/routes.ts';
import type { WorkerTally, WorkerWindow } from '../result/tally.ts';
import { type AnswerRow, answerRow } from '../text/csv.ts';
import { type LoopWatch, watchLoop } from './client-watch.ts';
import { AnswerInspector } from './inspector.ts';
import type { Lane, LaneOwner } from './lane.ts';
import { createLanes, type Lanes, openLanes } from './open-lanes.ts';
import { type Hop, Redirects } from './redirects.ts';

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
  /** Called for every answer; costs an object each. */
  readonly onAnswer?: ((row: AnswerRow) => void) | undefined;
}

const tooManyRedirects = { wrong: 'too many redirects' } as const;
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
  signal?: AbortSignal,
): Promise<Engine> => {
  const dialler = await openDialler(job, clock, { first: share.worker, signal });
  const engine = new LoadEngine(job, share, clock, listeners);
  await engine.traffic.open(() => engine.pump(clock.nowNs()));
  if (dialler.dnsNs > 0) engine.recorder.resolved(dialler.dnsNs);
  engine.use(await createLanes(job, share.connections, engine, dialler, clock));
  if (job.isKeptAlive) await openLanes(engine.lanes, job.timeoutMs, signal);
  return engine;
};

/** Runs the loop of one worker: gives requests to lanes, and their fates to the recorder. */
class LoadEngine implements Engine, LaneOwner, Sender {
  lanes: readonly Lane[] = [];
  readonly recorder: RequestRecorder;
  readonly traffic: Traffic;
  inFlight = 0;
  private readonly job: LoadJob;
  private readonly clock: Clock;
  private readonly inspector: AnswerInspector;
  private readonly nextRequest: () => number;
  private redirects: Redirects | undefined;
  private readonly onAnswer: EngineListeners['onAnswer'];
  private readonly timers = new Set<NodeJS.Timeout>();
  private startNs = 0;
  private measureFromNs = 0;
  private isRunning = false;
  private isWarmingUp = false;
  private loopWatch: LoopWatch | undefined;
  private eventLoopDelayP99Ms = 0;
  private finish: (tally: WorkerTally) => void = () => {};

  constructor(job: LoadJob, share: EngineShare, clock: Clock, listeners: EngineListeners) {
    this.job = job;
    this.clock = clock;
    this.traffic = createTraffic(job, share, clock);
    const routes = listRoutes(job);
    this.recorder = new RequestRecorder(
      job.model.kind !== 'closed',
      listeners.onWindow,
      routes && new RouteRecorder(routes),
    );
    this.onAnswer = listeners.onAnswer;
    this.inspector = new AnswerInspector(job, findStream(job.seed, 3 * share.worker));
    this.nextRequest = requestOrder(job, findStream(job.seed, 3 * share.worker + 1));
  }

  use({ lanes, replace }: Lanes): void {
    this.lanes = lanes;
    if (this.job.redirects > 0) this.redirects = new Redirects(this.job, replace);
  }

  run(): Promise<WorkerTally> {
    return new Promise((resolve) => {
      this.finish = resolve;
      this.isRunning = true;
      this.startNs = this.clock.nowNs();
      this.measureFromNs = this.startNs + this.job.warmupMs * 1e6;
      this.isWarmingUp = this.job.warmupMs > 0;
      this.recorder.start(this.startNs, this.measureFromNs);
      const endMs = plannedMs(this.job);
      if (Number.isFinite(endMs)) this.later(endMs, () => this.timeIsUp());
      this.loopWatch = watchLoop();
      this.later(this.job.warmupMs, () => this.loopWatch?.reset());
      this.traffic.start(this, {
        startNs: this.startNs,
        measureFromNs: this.measureFromNs,
        endNs: this.startNs + endMs * 1e6,
      });
      this.sweepTimeouts();
      this.stopWhenDone();
    });
  }

  stop(): void {
    this.finishAt(this.clock.nowNs(), false);
  }

  private timeIsUp(): void {
    const nowNs = this.clock.nowNs();
    const ending = this.traffic.timeIsUp(nowNs);
    if (ending === 'early') {
      this.later(1, () => this.timeIsUp());
      return;
    }
    this.eventLoopDelayP99Ms = this.loopWatch?.stop() ?? 0;
    this.loopWatch = undefined;
    if (ending === 'now') this.finishAt(nowNs, false);
    else this.stopWhenDone();
  }

  private finishAt(nowNs: number, isSettled: boolean): void {
    if (!this.isRunning) return;
    this.isRunning = false;
    for (const timer of this.timers) clearTimeout(timer);
    this.traffic.close();
    if (this.redirects !== undefined) for (const lane of this.lanes) this.redirects.ended(lane);
    this.traffic.giveUp(nowNs);
    // No lane reports any more: their fates are settled.
    for (const lane of this.lanes) lane.abandon();
    this.closeAll();
    this.finish({
      ...this.recorder.finish(this.traffic.measuredEndNs(nowNs, isSettled), isSettled),
      samples: this.inspector.samples,
      eventLoopDelayP99Ms: this.loopWatch?.stop() ?? this.eventLoopDelayP99Ms,
    });
  }

  close(): void {
    this.traffic.close();
    this.closeAll();
  }

  private closeAll(): void {
    for (const lane of this.lanes) lane.close();
  }

  answered(lane: Lane, nowNs: number): void {
    if (this.isWarmingUp) this.endWarmupAt(nowNs);
    const hop = this.redirects === undefined ? 'no' : this.follow(lane, nowNs, this.redirects);
    if (hop === 'yes') return;
    this.inFlight--;
    const verdict = hop === 'many' ? tooManyRedirects : this.inspector.judge(lane);
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

  failed(lane: Lane, nowNs: number, message: string, isOwnFault = false): void {
    if (this.isWarmingUp) this.endWarmupAt(nowNs);
    this.inFlight--;
    this.redirects?.ended(lane);
    this.recorder.failed(lane, isOwnFault ? 'neverSent' : 'reset', message, nowNs);
    this.backOff(lane, nowNs);
  }

  dialled(durationNs: number): void {
    this.recorder.dialled(durationNs);
  }

  started(lane: Lane): void {
    if (!this.isRunning) return;
    this.recorder.waitedForStream(lane.dueNs, lane.sentNs);
    this.traffic.started(lane);
  }

  retried(lane: Lane): void {
    this.recorder.retried(lane.dueNs, this.clock.nowNs());
  }

  surplus(): void {
    this.recorder.surplus++;
  }

  /** Gives a free lane its next request, or lets it wait for one. */
  private continueWith(lane: Lane, nowNs: number): void {
    if (!this.isRunning) return;
    this.traffic.next(lane, nowNs);
    this.stopWhenDone();
  }

  /** Sends what became due. */
  pump(nowNs: number): void {
    if (!this.isRunning) return;
    this.traffic.pump(nowNs);
    this.stopWhenDone();
  }

  send(lane: Lane, nowNs: number): void {
    this.inFlight++;
    lane.send(this.nextRequest(), nowNs, this.inspector.sinkFor(lane) ?? this.redirects?.headsOnly);
  }

  /** Sends a request on to where the answer says; one that isn't sent on is back at what the load had planned. */
  private follow(lane: Lane, nowNs: number, redirects: Redirects): Hop {
    if (!this.job.isKeptAlive) lane.close();
    const { wireBytes, bodyBytes } = lane;
    const hop = redirects.follow(lane, nowNs, () => this.inspector.sinkFor(lane) ?? redirects.headsOnly);
    if (hop === 'yes') this.recorder.redirected(lane.dueNs, nowNs, wireBytes, bodyBytes);
    else redirects.ended(lane);
    return hop;
  }

  private endWarmupAt(nowNs: number): void {
    if (nowNs < this.measureFromNs) return;
    this.isWarmingUp = false;
    this.traffic.endWarmup();
  }

  private tellAnswer(lane: Lane, nowNs: number, tell: (row: AnswerRow) => void): void {
    if (!this.traffic.isMeasured(lane, nowNs)) return;
    tell(answerRow(lane, this.startNs, nowNs));
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
      this.pump(this.clock.nowNs());
    });
  }

  private stopWhenDone(): void {
    if (this.inFlight === 0 && this.traffic.isDone()) this.finishAt(this.clock.nowNs(), true);
  }

  /** Timeouts need no precision, so one sweep over the lanes serves them all. */
  private sweepTimeouts(): void {
    const nowNs = this.clock.nowNs();
    this.recorder.roll(nowNs);
    if (this.isWarmingUp) this.endWarmupAt(nowNs);
    for (const lane of this.lanes) {
      if (!lane.isBusy || nowNs - lane.sentNs < this.job.timeoutMs * 1e6) continue;
      this.inFlight--;
      this.redirects?.ended(lane);
      this.recorder.failed(lane, 'timeout', 'timeout', nowNs);
      lane.abandon();
      this.continueWith(lane, nowNs);
    }
    if (this.isRunning) this.later(Math.min(housekeepingMs, this.job.timeoutMs / 4), () => this.sweepTimeouts());
  }

  private later(delayMs: number, act: () => void): void {
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      act();
    }, delayMs);
    this.timers.add(timer);
  }
}
