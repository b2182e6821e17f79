import type { Clock } from '../../base/index.ts';
import type { Lane } from '../engine/lane.ts';
import type { Ending, Sender, Span, Traffic } from './traffic.ts';

/** The closed model: each lane sends its next request when it has its answer. */
export class ClosedTraffic implements Traffic {
  private readonly requests: number;
  private readonly waitsAtEnd: boolean;
  private readonly clock: Clock;
  private sender!: Sender;
  private measureFromNs = 0;
  /** Requests of the measured time that were sent. */
  private planned = 0;
  private isWarmingUp = false;
  private isSettling = false;

  /** @param requests How many to plan. @param waitsAtEnd When the time is up, what is on its way may end. */
  constructor(requests: number, waitsAtEnd: boolean, clock: Clock) {
    this.requests = requests;
    this.waitsAtEnd = waitsAtEnd;
    this.clock = clock;
  }

  async open(): Promise<void> {}

  start(sender: Sender, { startNs, measureFromNs }: Span): void {
    this.sender = sender;
    this.measureFromNs = measureFromNs;
    this.isWarmingUp = measureFromNs > startNs;
    // Sending to a thousand takes a while.
    for (const lane of sender.lanes) this.next(lane, this.clock.nowNs());
  }

  next(lane: Lane, nowNs: number): void {
    // What is sent in the warm-up is not planned, but what it leaves on its way will be measured.
    if (this.isSettling || (this.isWarmingUp ? this.sender.inFlight : this.planned) >= this.requests) return;
    this.planned++;
    lane.dueNs = nowNs;
    this.sender.send(lane, nowNs);
  }

  pump(): void {}

  started(): void {}

  /** What ends after this is measured, so what is on its way is planned. */
  endWarmup(): void {
    this.isWarmingUp = false;
    this.planned = this.sender.inFlight;
  }

  timeIsUp(): Ending {
    if (!this.waitsAtEnd) return 'now';
    this.isSettling = true;
    return 'settle';
  }

  isDone(): boolean {
    return this.isSettling || (!this.isWarmingUp && this.planned >= this.requests);
  }

  giveUp(nowNs: number): void {
    for (const lane of this.sender.lanes) if (lane.isBusy) this.sender.recorder.cutOff(lane, nowNs);
  }

  measuredEndNs(nowNs: number): number {
    return nowNs;
  }

  isMeasured(_lane: Lane, nowNs: number): boolean {
    return nowNs >= this.measureFromNs;
  }

  close(): void {}
}
