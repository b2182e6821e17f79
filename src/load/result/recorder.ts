import { Histogram } from '../../stats/recording/index.ts';
import { type RequestClass, requestClasses } from '../job/types.ts';
import type { RouteRecorder, RouteTally } from './routes.ts';
import { addTo, emptySpread } from './spread.ts';
import type { Ended, WorkerTally, WorkerWindow } from './tally.ts';

export const windowNs = 1e9;

/**
 * Counts what happens to requests in one worker: one class each. Times are ns of the worker's clock; `start` says where the
 * windows and the measured time begin.
 */
export class RequestRecorder {
  readonly serviceNs = new Histogram();
  readonly responseNs = new Histogram();
  readonly scheduleDelayNs = new Histogram();
  readonly ownLagNs = new Histogram();
  waitedForConnection = 0;
  private waitsForStream = 0;
  private streamWaitNs = 0;
  private longestWaitNs = 0;
  private retries = 0;
  private ownFaults = 0;
  surplus = 0;
  private readonly classCounts: Record<RequestClass, number> = zeroCounts();
  private readonly statuses = new Float64Array(1000);
  private readonly errors = new Map<string, number>();
  private readonly dialNs = emptySpread();
  private readonly dnsNs = emptySpread();
  private readonly firstByteNs = new Histogram();
  private readonly statusNs = new Histogram();
  private readonly routes: RouteRecorder | undefined;
  private wireBytes = 0;
  private bodyBytes = 0;
  private busyNs = 0;
  private endedNs = 0;
  private ended = 0;
  private longestNs = 0;
  /** Open loop: ok answers that came in the measured time, whenever they were due. */
  private okInTime = 0;
  private measureFromNs = Number.POSITIVE_INFINITY;
  private measureToNs = Number.POSITIVE_INFINITY;
  private windowEndNs = Number.POSITIVE_INFINITY;
  private windowIndex = 0;
  private windowOk = 0;
  private windowFailed = 0;
  private readonly windowHistogram = new Histogram();
  private readonly isOpenLoop: boolean;
  private readonly onWindow: (window: WorkerWindow) => void;

  constructor(isOpenLoop: boolean, onWindow: (window: WorkerWindow) => void, routes?: RouteRecorder) {
    this.routes = routes;
    this.isOpenLoop = isOpenLoop;
    this.onWindow = onWindow;
  }

  start(startNs: number, measureFromNs: number): void {
    this.measureFromNs = measureFromNs;
    this.windowEndNs = startNs + windowNs;
  }

  /** Says when the measured time ends, or ended: what is answered later still has its class, and belongs to no later second. */
  endAt(measureToNs: number): void {
    this.measureToNs = measureToNs;
  }

  /** Whether a request counts: in the open loop when it was due in the measured time, in the closed loop when it ends in it. */
  private counts(dueNs: number, nowNs: number): boolean {
    return (this.isOpenLoop ? dueNs : nowNs) >= this.measureFromNs;
  }

  sent(dueNs: number, sentNs: number, waitedForConnection: boolean): void {
    if (dueNs < this.measureFromNs) return;
    this.scheduleDelayNs.record(sentNs - dueNs);
    if (waitedForConnection) this.waitedForConnection++;
    else this.ownLagNs.record(sentNs - dueNs);
  }

  waitedForStream(dueNs: number, sentNs: number): void {
    if (!this.counts(dueNs, sentNs)) return;
    this.waitsForStream++;
    this.streamWaitNs += sentNs - dueNs;
    this.longestWaitNs = Math.max(this.longestWaitNs, sentNs - dueNs);
  }

  retried(dueNs: number, nowNs: number): void {
    if (this.counts(dueNs, nowNs)) this.retries++;
  }

  /** A request goes on elsewhere: of its answer, which is no end, the bytes count. */
  redirected(dueNs: number, nowNs: number, wireBytes: number, bodyBytes: number): void {
    if (!this.counts(dueNs, nowNs)) return;
    this.wireBytes += wireBytes;
    this.bodyBytes += bodyBytes;
  }

  answered(request: Ended, kind: 'ok' | 'wrong' | 'status', nowNs: number): void {
    if (nowNs >= this.windowEndNs) this.roll(nowNs);
    const serviceNs = nowNs - request.sentNs;
    if (kind === 'ok') this.windowOk++;
    else this.windowFailed++;
    if (kind !== 'status') this.windowHistogram.record(serviceNs);
    this.addBusy(request.sentNs, nowNs);
    if (this.isOpenLoop && kind === 'ok' && nowNs >= this.measureFromNs && nowNs <= this.measureToNs) {
      this.okInTime++;
      if (this.routes !== undefined) this.routes.of(request.requestIndex).okInTime++;
    }
    if (!this.counts(request.dueNs, nowNs)) return;
    this.classCounts[kind]++;
    this.ended++;
    this.endedNs += serviceNs;
    if (serviceNs > this.longestNs) this.longestNs = serviceNs;
    this.statuses[request.status]!++;
    this.wireBytes += request.wireBytes;
    this.bodyBytes += request.bodyBytes;
    if (this.routes !== undefined) this.addToRoute(this.routes.of(request.requestIndex), request, kind, nowNs);
    if (kind === 'status') {
      this.statusNs.record(this.isOpenLoop ? nowNs - request.dueNs : serviceNs);
      return;
    }
    this.serviceNs.record(serviceNs);
    if (this.isOpenLoop) this.responseNs.record(nowNs - request.dueNs);
    this.firstByteNs.record(request.firstByteNs - request.sentNs);
  }

  private addToRoute(route: RouteTally, request: Ended, kind: 'ok' | 'wrong' | 'status', nowNs: number): void {
    route.counts[kind]++;
    route.bodyBytes += request.bodyBytes;
    route.statuses[request.status] = (route.statuses[request.status] ?? 0) + 1;
    if (kind === 'status') return;
    route.serviceNs.record(nowNs - request.sentNs);
    if (this.isOpenLoop) route.responseNs.record(nowNs - request.dueNs);
  }

  /** `neverSent`: the client itself could not send it. */
  failed(request: Ended, kind: 'reset' | 'timeout' | 'neverSent', message: string, nowNs: number): void {
    if (nowNs >= this.windowEndNs) this.roll(nowNs);
    this.windowFailed++;
    this.addBusy(request.sentNs, nowNs);
    if (!this.counts(request.dueNs, nowNs)) return;
    this.ended++;
    this.endedNs += nowNs - request.sentNs;
    this.longestNs = Math.max(this.longestNs, nowNs - request.sentNs);
    this.wireBytes += request.wireBytes;
    this.classCounts[kind]++;
    if (this.routes !== undefined) this.routes.of(request.requestIndex).counts[kind]++;
    if (kind === 'neverSent') this.ownFaults++;
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
    if (this.routes !== undefined) this.routes.of(request.requestIndex).counts.cutOff++;
    this.longestNs = Math.max(this.longestNs, nowNs - request.sentNs);
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
    const untilNs = Math.min(nowNs, this.measureToNs);
    while (untilNs >= this.windowEndNs) {
      this.closeWindow();
      this.windowEndNs += windowNs;
    }
  }

  /**
   * Sums up. Open loop: `isSettled` says that every request which was due in the measured time was sent and has ended; then the rate
   * counts those that were answered. Else it counts the answers that came in that time.
   */
  finish(endNs: number, isSettled = true): Omit<WorkerTally, 'samples' | 'eventLoopDelayP99Ms'> {
    this.roll(endNs);
    if (this.windowOk + this.windowFailed > 0) this.closeWindow();
    const isOfTime = this.isOpenLoop && !isSettled;
    const statusCodes: Record<string, number> = {};
    for (const [status, count] of this.statuses.entries()) if (count > 0) statusCodes[status] = count;
    return {
      counts: this.classCounts,
      serviceNs: this.serviceNs,
      responseNs: this.responseNs,
      scheduleDelayNs: this.scheduleDelayNs,
      ownLagNs: this.ownLagNs,
      waitedForConnection: this.waitedForConnection,
      waitedForStream: this.waitsForStream,
      streamWaitNs: this.streamWaitNs,
      retries: this.retries,
      ownFaults: this.ownFaults,
      surplus: this.surplus,
      wireBytes: this.wireBytes,
      bodyBytes: this.bodyBytes,
      statusCodes,
      errors: Object.fromEntries(this.errors),
      dialNs: this.dialNs,
      dnsNs: this.dnsNs,
      firstByteNs: this.firstByteNs,
      statusNs: this.statusNs,
      routes: (this.routes?.tallies ?? []).map((route) => ({
        ...route,
        rated: isOfTime ? route.okInTime : route.counts.ok,
      })),
      busyNs: this.busyNs,
      endedNs: this.endedNs,
      ended: this.ended,
      longestNs: this.longestNs + this.longestWaitNs,
      rated: isOfTime ? this.okInTime : this.classCounts.ok,
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
    const toNs = Math.min(nowNs, this.measureToNs);
    if (toNs > fromNs) this.busyNs += toNs - fromNs;
  }

  private addError(message: string, count: number): void {
    // A server that puts an identifier into every failure must not fill the memory.
    const key = this.errors.size < 1000 || this.errors.has(message) ? message : 'other failures';
    this.errors.set(key, (this.errors.get(key) ?? 0) + count);
  }
}

const zeroCounts = (): Record<RequestClass, number> =>
  Object.fromEntries(requestClasses.map((name) => [name, 0])) as Record<RequestClass, number>;
