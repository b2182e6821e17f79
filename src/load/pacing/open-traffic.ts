import type { Clock } from '../../base/index.ts';
import { IdleLanes } from '../engine/idle-lanes.ts';
import type { Lane } from '../engine/lane.ts';
import type { Arrivals } from './arrivals.ts';
import type { Ending, Sender, Span, Traffic } from './traffic.ts';
import { openWaker, type Waker } from './waker.ts';

/** The open model: requests are due by a process of arrivals, whether or not answers have come. */
export class OpenTraffic implements Traffic {
  private readonly arrivals: Arrivals;
  private readonly requests: number;
  private readonly clock: Clock;
  private readonly idle: IdleLanes;
  private waker: Waker | undefined;
  private sender!: Sender;
  private span: Span = { startNs: 0, measureFromNs: 0, endNs: 0 };
  /** Requests that were due in the measured time. What was due in the warm-up is not one of those that were asked for. */
  private planned = 0;
  /** Nothing more is sent; what is on its way may end. */
  private isSettling = false;
  /** Whether the last request had to wait for a connection. */
  private hasWaited = false;

  /** @param requests How many to plan. @param lanes How many may be idle at once. */
  constructor(arrivals: Arrivals, requests: number, lanes: number, clock: Clock) {
    this.arrivals = arrivals;
    this.requests = requests;
    this.clock = clock;
    this.idle = new IdleLanes(lanes);
  }

  async open(wake: () => void): Promise<void> {
    this.waker = await openWaker(this.clock, wake);
  }

  start(sender: Sender, span: Span): void {
    this.sender = sender;
    this.span = span;
    sender.recorder.endAt(span.endNs);
    for (const lane of sender.lanes) this.idle.push(lane, span.startNs);
    this.pump(this.clock.nowNs());
  }

  next(lane: Lane, nowNs: number): void {
    if (this.isDue(nowNs)) {
      this.sendDue(lane, nowNs, this.idle.length === 0);
      return;
    }
    this.idle.push(lane, nowNs);
    // While all lanes were busy nobody asked to be woken.
    if (this.idle.length === 1) this.awaitDue();
  }

  /** Sends what is due to idle lanes, and asks to be woken for the next. */
  pump(nowNs: number): void {
    while (this.idle.length > 0 && this.isDue(nowNs)) this.sendDue(this.idle.take(nowNs)!, nowNs, false);
    if (this.idle.length > 0) this.awaitDue();
  }

  started(lane: Lane): void {
    this.hasWaited = true;
    this.sender.recorder.sent(lane.dueNs, lane.sentNs, true);
  }

  endWarmup(): void {}

  /**
   * What is on its way may still end, up to its timeout, since the rate counts requests that were due in the measured time; where some
   * still wait for a connection the server does not keep up, and waiting would count more than it can do.
   */
  timeIsUp(nowNs: number): Ending {
    // Timers may be early by a part of their grain.
    if (nowNs < this.span.endNs) return 'early';
    this.pump(nowNs);
    if (this.isDue(nowNs) || this.sender.lanes.some(({ isWaiting }) => isWaiting)) return 'now';
    this.isSettling = true;
    return 'settle';
  }

  isDone(): boolean {
    return this.isSettling || this.planned >= this.requests;
  }

  giveUp(nowNs: number): void {
    const { lanes, recorder } = this.sender;
    for (const lane of lanes) {
      if (!lane.isBusy) continue;
      if (lane.isWaiting) recorder.neverSent(lane.dueNs);
      else recorder.cutOff(lane, nowNs);
    }
    for (; this.isDue(nowNs); this.advance()) recorder.neverSent(this.dueNs());
  }

  /**
   * n requests at a rate r take n / r, however long the last answer takes: unless connections were too few, when the requests took as
   * long as their answers.
   */
  measuredEndNs(nowNs: number, isSettled: boolean): number {
    const { startNs, endNs } = this.span;
    return Math.min(endNs, isSettled && !this.hasWaited ? startNs + this.arrivals.takenNs : nowNs);
  }

  isMeasured(lane: Lane): boolean {
    return lane.dueNs >= this.span.measureFromNs;
  }

  close(): void {
    this.waker?.close();
  }

  private sendDue(lane: Lane, nowNs: number, waitedForConnection: boolean): void {
    lane.dueNs = this.dueNs();
    this.advance();
    this.hasWaited = waitedForConnection;
    this.sender.send(lane, nowNs);
    // Else `started` says when it was sent.
    if (!lane.isWaiting) this.sender.recorder.sent(lane.dueNs, nowNs, waitedForConnection);
  }

  private advance(): void {
    if (this.dueNs() >= this.span.measureFromNs) this.planned++;
    this.arrivals.advance();
  }

  private dueNs(): number {
    return this.span.startNs + this.arrivals.dueNs;
  }

  /** Whether the next request is to be sent now. Those of the very end belong to no measured time. */
  private isDue(nowNs: number): boolean {
    return this.dueNs() <= nowNs && this.hasMore();
  }

  private hasMore(): boolean {
    return this.dueNs() < this.span.endNs && this.planned < this.requests;
  }

  private awaitDue(): void {
    if (this.hasMore()) this.waker?.wakeAt(this.dueNs());
  }
}
