import { Histogram } from '../stats/index.ts';
import { type RequestClass, type RequestCounts, requestClasses, type SampledAnswer } from './types.ts';

/** A sum with its extremes. */
export interface SpreadNs {
  count: number;
  sum: number;
  min: number;
  max: number;
}

/** One second of one worker. */
export interface WorkerWindow {
  readonly index: number;
  readonly ok: number;
  readonly failed: number;
  /** Service time. Only valid until the callback that got it returns. */
  readonly histogram: Histogram;
}

/** What one worker measured. */
export interface WorkerTally {
  readonly counts: RequestCounts;
  readonly serviceNs: Histogram;
  readonly responseNs: Histogram;
  readonly pacerLagNs: Histogram;
  /** Lag of requests that were sent late although a connection was free: the client's own. */
  readonly ownLagNs: Histogram;
  /** Requests that had to wait for a free connection. */
  readonly waitedForConnection: number;
  readonly surplus: number;
  readonly wireBytes: number;
  readonly bodyBytes: number;
  readonly statusCodes: Readonly<Record<string, number>>;
  readonly errors: Readonly<Record<string, number>>;
  readonly dialNs: SpreadNs;
  readonly dnsNs: SpreadNs;
  readonly firstByteNs: SpreadNs;
  /** Time in flight of all requests, clipped to the measured time. */
  readonly busyNs: number;
  /** Sum and number of the service times of all requests that ended by themselves, whatever their class. */
  readonly endedNs: number;
  readonly ended: number;
  /** The measured time. */
  readonly elapsedNs: number;
  readonly samples: readonly SampledAnswer[];
  readonly eventLoopDelayP99Ms: number;
}

export const windowNs = 1e9;

/** How a request went that ended by itself. */
export interface Ended {
  readonly dueNs: number;
  readonly sentNs: number;
  readonly firstByteNs: number;
  readonly status: number;
  readonly wireBytes: number;
  readonly bodyBytes: number;
}

/**
 * Counts what happens to requests in one worker: one class each. Times are ns of the worker's clock; `start` says where the
 * windows and the measured time begin.
 */
export class Recorder {
  readonly serviceNs = new Histogram();
  readonly responseNs = new Histogram();
  readonly pacerLagNs = new Histogram();
  readonly ownLagNs = new Histogram();
  waitedForConnection = 0;
  surplus = 0;
  private readonly classCounts: Record<RequestClass, number> = zeroCounts();
  private readonly statuses = new Float64Array(1000);
  private readonly errors = new Map<string, number>();
  private readonly dialNs = emptySpread();
  private readonly dnsNs = emptySpread();
  private readonly firstByteNs = emptySpread();
  private wireBytes = 0;
  private bodyBytes = 0;
  private busyNs = 0;
  private endedNs = 0;
  private ended = 0;
  private measureFromNs = Number.POSITIVE_INFINITY;
  private windowEndNs = Number.POSITIVE_INFINITY;
  private windowIndex = 0;
  private windowOk = 0;
  private windowFailed = 0;
  private readonly windowHistogram = new Histogram();
  private readonly isOpenLoop: boolean;
  private readonly onWindow: (window: WorkerWindow) => void;

  constructor(isOpenLoop: boolean, onWindow: (window: WorkerWindow) => void) {
    this.isOpenLoop = isOpenLoop;
    this.onWindow = onWindow;
  }

  start(startNs: number, measureFromNs: number): void {
    this.measureFromNs = measureFromNs;
    this.windowEndNs = startNs + windowNs;
  }

  /** Whether a request counts: in the open loop when it was due in the measured time, in the closed loop when it ends in it. */
  private counts(dueNs: number, nowNs: number): boolean {
    return (this.isOpenLoop ? dueNs : nowNs) >= this.measureFromNs;
  }

  sent(dueNs: number, sentNs: number, waitedForConnection: boolean): void {
    if (dueNs < this.measureFromNs) return;
    this.pacerLagNs.record(sentNs - dueNs);
    if (waitedForConnection) this.waitedForConnection++;
    else this.ownLagNs.record(sentNs - dueNs);
  }

  answered(request: Ended, kind: 'ok' | 'wrong' | 'status', nowNs: number): void {
    if (nowNs >= this.windowEndNs) this.roll(nowNs);
    const serviceNs = nowNs - request.sentNs;
    if (kind === 'ok') this.windowOk++;
    else this.windowFailed++;
    if (kind !== 'status') this.windowHistogram.record(serviceNs);
    this.addBusy(request.sentNs, nowNs);
    if (!this.counts(request.dueNs, nowNs)) return;
    this.classCounts[kind]++;
    this.ended++;
    this.endedNs += serviceNs;
    this.statuses[request.status]!++;
    this.wireBytes += request.wireBytes;
    this.bodyBytes += request.bodyBytes;
    if (kind === 'status') return;
    this.serviceNs.record(serviceNs);
    if (this.isOpenLoop) this.responseNs.record(nowNs - request.dueNs);
    addTo(this.firstByteNs, request.firstByteNs - request.sentNs);
  }

  failed(request: Ended, kind: 'reset' | 'timeout', message: string, nowNs: number): void {
    if (nowNs >= this.windowEndNs) this.roll(nowNs);
    this.windowFailed++;
    this.addBusy(request.sentNs, nowNs);
    if (!this.counts(request.dueNs, nowNs)) return;
    this.ended++;
    this.endedNs += nowNs - request.sentNs;
    this.wireBytes += request.wireBytes;
    this.classCounts[kind]++;
    this.addError(message, 1);
  }

  /** A wrong answer's reason. */
  wrong(message: string, dueNs: number, nowNs: number): void {
    if (this.counts(dueNs, nowNs)) this.addError(message, 1);
  }

  /** On its way when the time was up. */
  cutOff(request: Ended, nowNs: number): void {
    this.windowFailed++;
    this.addBusy(request.sentNs, nowNs);
    if (!this.counts(request.dueNs, nowNs)) return;
    this.classCounts.cutOff++;
    this.wireBytes += request.wireBytes;
    this.addError('cut off at the deadline', 1);
  }

  neverSent(dueNs: number): void {
    if (dueNs < this.measureFromNs) return;
    this.classCounts.neverSent++;
    this.addError('never sent: no connection was free in time', 1);
  }

  dialled(durationNs: number): void {
    addTo(this.dialNs, durationNs);
  }

  resolved(durationNs: number): void {
    addTo(this.dnsNs, durationNs);
  }

  /** Closes the windows that are over. */
  roll(nowNs: number): void {
    while (nowNs >= this.windowEndNs) {
      this.closeWindow();
      this.windowEndNs += windowNs;
    }
  }

  finish(endNs: number): Omit<WorkerTally, 'samples' | 'eventLoopDelayP99Ms'> {
    this.roll(endNs);
    if (this.windowOk + this.windowFailed > 0) this.closeWindow();
    const statusCodes: Record<string, number> = {};
    for (const [status, count] of this.statuses.entries()) if (count > 0) statusCodes[status] = count;
    return {
      counts: this.classCounts,
      serviceNs: this.serviceNs,
      responseNs: this.responseNs,
      pacerLagNs: this.pacerLagNs,
      ownLagNs: this.ownLagNs,
      waitedForConnection: this.waitedForConnection,
      surplus: this.surplus,
      wireBytes: this.wireBytes,
      bodyBytes: this.bodyBytes,
      statusCodes,
      errors: Object.fromEntries(this.errors),
      dialNs: this.dialNs,
      dnsNs: this.dnsNs,
      firstByteNs: this.firstByteNs,
      busyNs: this.busyNs,
      endedNs: this.endedNs,
      ended: this.ended,
      elapsedNs: Math.max(0, endNs - this.measureFromNs),
    };
  }

  private closeWindow(): void {
    this.onWindow({
      index: this.windowIndex++,
      ok: this.windowOk,
      failed: this.windowFailed,
      histogram: this.windowHistogram,
    });
    this.windowOk = 0;
    this.windowFailed = 0;
    this.windowHistogram.reset();
  }

  private addBusy(sentNs: number, nowNs: number): void {
    const fromNs = Math.max(sentNs, this.measureFromNs);
    if (nowNs > fromNs) this.busyNs += nowNs - fromNs;
  }

  private addError(message: string, count: number): void {
    // A server that puts an identifier into every failure must not fill the memory.
    const key = this.errors.size < 1000 || this.errors.has(message) ? message : 'other failures';
    this.errors.set(key, (this.errors.get(key) ?? 0) + count);
  }
}

const zeroCounts = (): Record<RequestClass, number> =>
  Object.fromEntries(requestClasses.map((name) => [name, 0])) as Record<RequestClass, number>;

export const emptySpread = (): SpreadNs => ({ count: 0, sum: 0, min: Number.POSITIVE_INFINITY, max: 0 });

const addTo = (spread: SpreadNs, value: number): void => {
  spread.count++;
  spread.sum += value;
  if (value < spread.min) spread.min = value;
  if (value > spread.max) spread.max = value;
};
