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
  const delayed = new DelayedChunks();
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
      return delayed.headNs;
    },
    depart(untilNs) {
      while (!delayed.isEmpty && delayed.headNs <= untilNs) {
        const arrivedNs = delayed.headArrivedNs;
        const chunk = delayed.shift();
        if (chunk === undefined) to.end();
        else {
          queuedBytes -= chunk.length;
          send(chunk);
          options.forwarded(chunk, arrivedNs, nowNs());
        }
      }
      delayed.compact();
      if (isFull && queuedBytes < maxQueuedBytes / 2) {
        isFull = false;
        steer();
      }
    },
  };
  const enqueue = (chunk: Buffer | undefined, arrivedNs: number): void => {
    const bytes = chunk?.length ?? 0;
    const isFirst = delayed.isEmpty;
    delayed.push(chunk, arrivedNs, plan!.departureNs(arrivedNs, bytes, extraNs));
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

/** Chunks on their way, first in, first out; undefined is the end of the stream. What has left is dropped now and then. */
class DelayedChunks {
  private readonly chunks: (Buffer | undefined)[] = [];
  private readonly arrivals: number[] = [];
  private readonly deadlines: number[] = [];
  private head = 0;

  get isEmpty(): boolean {
    return this.head === this.chunks.length;
  }
  /** When the first is to leave; never when there is none. */
  get headNs(): number {
    return this.isEmpty ? Number.POSITIVE_INFINITY : this.deadlines[this.head]!;
  }
  get headArrivedNs(): number {
    return this.arrivals[this.head]!;
  }
  push(chunk: Buffer | undefined, arrivedNs: number, deadlineNs: number): void {
    this.chunks.push(chunk);
    this.arrivals.push(arrivedNs);
    this.deadlines.push(deadlineNs);
  }
  shift(): Buffer | undefined {
    const chunk = this.chunks[this.head];
    this.chunks[this.head] = undefined;
    this.head += 1;
    return chunk;
  }
  compact(): void {
    if (!this.isEmpty && this.head < 1024) return;
    for (const list of [this.chunks, this.arrivals, this.deadlines]) list.splice(0, this.head);
    this.head = 0;
  }
}
