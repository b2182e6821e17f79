import type { Lane } from '../engine/lane.ts';
import type { RequestRecorder } from '../result/recorder.ts';

/** What a model of traffic sees of the engine that it gives work to. */
export interface Sender {
  readonly lanes: readonly Lane[];
  readonly recorder: RequestRecorder;
  /** Requests that have no class yet. */
  readonly inFlight: number;
  /** Gives the lane the next request; `lane.dueNs` says when it was due. */
  send(lane: Lane, nowNs: number): void;
}

/** When a load begins, when what it does begins to count, and when its time is up (Infinity where a number of requests ends it). */
export interface Span {
  readonly startNs: number;
  readonly measureFromNs: number;
  readonly endNs: number;
}

/** What the end of the time means: nothing more counts, or what is on its way may end. */
export type Ending = 'now' | 'settle' | 'early';

/** Who decides when requests are sent. */
export interface Traffic {
  /** Gets ready to wake the engine, before the load begins. */
  open(wake: () => void): Promise<void>;
  /** All lanes are free. */
  start(sender: Sender, span: Span): void;
  /** Gives a free lane its next request, or lets it wait for one. */
  next(lane: Lane, nowNs: number): void;
  /** Sends what became due. */
  pump(nowNs: number): void;
  /** A request that had to wait in its lane was sent. */
  started(lane: Lane): void;
  endWarmup(): void;
  /** `early` where a timer fired before its time. */
  timeIsUp(nowNs: number): Ending;
  /** No more requests will be sent. */
  isDone(): boolean;
  /** Counts what a busy lane and the plan leave behind at the end. */
  giveUp(nowNs: number): void;
  /** When the measured time ends. `isSettled`: every request that was planned has ended by itself. */
  measuredEndNs(nowNs: number, isSettled: boolean): number;
  /** Whether an answer that came now counts. */
  isMeasured(lane: Lane, nowNs: number): boolean;
  close(): void;
}
