import type { DelayPlan } from './delay.ts';
import type { Departing, Departures } from './departures.ts';
import type { Leg } from './leg.ts';

/** One direction of a relayed connection: reads `from`, writes `to`, in between the link's delay. */
export interface Channel {
  /** What was read; valid during the call only. */
  arrive(chunk: Buffer): void;
  /** The reader came to its end. */
  end(): void;
  /** The writer has room again. */
  drain(): void;
  /** Bytes taken from the reader and not yet handed to the writer's kernel. */
  readonly queuedBytes: number;
}

export interface ChannelOptions {
  readonly from: Leg;
  readonly to: Leg;
  readonly nowNs: () => number;
  /** Undefined: everything leaves at once. */
  readonly plan: DelayPlan | undefined;
  readonly departures: Departures;
  /** Added to the first chunk's delay: the handshake that a real link would have carried. */
  readonly firstExtraNs: number;
  arrived(chunk: Buffer, arrivedNs: number): void;
  /** `chunk` was handed to the writer. */
  forwarded(chunk: Buffer, arrivedNs: number, forwardedNs: number): void;
}

/** A queue holds no more than this: then its reader is paused, as TCP's window would. */
const maxQueuedBytes = 1024 * 1024;

/**
 * Carries bytes and the end of the stream in order, each after its delay. A writer that does not keep up stops
 * the reader, so memory is bounded. Chunk boundaries are kept.
 */
export const openChannel = (options: ChannelOptions): Channel => {
  const { from, to, nowNs, plan, departures } = options;
  /** Chunks on their way; undefined is the end of the stream. */
  const chunks: (Buffer | undefined)[] = [];
  const arrivals: number[] = [];
  const deadlines: number[] = [];
  let head = 0;
  let queuedBytes = 0;
  let extraNs = options.firstExtraNs;
  let isFull = false;
  let isBlocked = false;

  const steer = (): void => {
    const isStopped = isFull || isBlocked;
    if (isStopped === from.isPaused) return;
    if (isStopped) from.pause();
    else from.resume();
  };
  const send = (chunk: Buffer): void => {
    if (!to.write(chunk) && !isBlocked) {
      isBlocked = true;
      steer();
    }
  };
  const queue: Departing = {
    get headNs() {
      return head < chunks.length ? deadlines[head]! : Number.POSITIVE_INFINITY;
    },
    depart(untilNs) {
      while (head < chunks.length && deadlines[head]! <= untilNs) {
        const chunk = chunks[head];
        const arrivedNs = arrivals[head]!;
        chunks[head] = undefined;
        head += 1;
        if (chunk === undefined) to.end();
        else {
          queuedBytes -= chunk.length;
          send(chunk);
          options.forwarded(chunk, arrivedNs, nowNs());
        }
      }
      if (head === chunks.length) {
        chunks.length = 0;
        arrivals.length = 0;
        deadlines.length = 0;
        head = 0;
      } else if (head >= 1024) {
        chunks.splice(0, head);
        arrivals.splice(0, head);
        deadlines.splice(0, head);
        head = 0;
      }
      if (isFull && queuedBytes < maxQueuedBytes / 2) {
        isFull = false;
        steer();
      }
    },
  };
  const enqueue = (chunk: Buffer | undefined, arrivedNs: number): void => {
    const bytes = chunk?.length ?? 0;
    const isFirst = head === chunks.length;
    chunks.push(chunk);
    arrivals.push(arrivedNs);
    deadlines.push(plan!.departureNs(arrivedNs, bytes, extraNs));
    extraNs = 0;
    queuedBytes += bytes;
    if (isFirst) departures.add(queue);
    if (queuedBytes >= maxQueuedBytes && !isFull) {
      isFull = true;
      steer();
    }
  };

  return {
    arrive(chunk) {
      const arrivedNs = plan === undefined ? nowNs() : departures.arrivalNs();
      // Bytes go first, counting comes after.
      if (plan === undefined) send(chunk);
      else enqueue(Buffer.from(chunk), arrivedNs);
      options.arrived(chunk, arrivedNs);
      if (plan === undefined) options.forwarded(chunk, arrivedNs, nowNs());
    },
    end() {
      if (plan === undefined) to.end();
      else enqueue(undefined, nowNs());
    },
    drain() {
      isBlocked = false;
      steer();
    },
    get queuedBytes() {
      return queuedBytes;
    },
  };
};
