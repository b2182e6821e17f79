import { fromClient, fromServer } from './message-types.ts';

/**
 * What a connection's client still has to be answered, in order. Tells whether an answer is complete, by the
 * rules of the extended query protocol: an error discards all up to the next Sync, and while data are copied
 * in, the server ignores Sync and Flush.
 */
export interface Replies {
  /** A client's message, by its type byte. */
  sent(type: number): void;
  /** A server's message. */
  received(type: number): void;
  /** Nothing that was asked for (synced, flushed or simply queried) is still to come. */
  readonly isComplete: boolean;
  /** More is to be answered than is kept: no client waits for that much. */
  readonly isOverfull: boolean;
  /** Between a CopyIn or CopyBoth response and its end. */
  readonly isCopying: boolean;
}

const { sync, flush, query, functionCall, execute, copyDone, copyFail } = fromClient;
const { readyForQuery, errorResponse, copyInResponse, copyBothResponse, commandComplete } = fromServer;

/** The message types that close a wait for each request, by the server's type byte. */
const closers = new Map<number, readonly number[]>([
  [fromClient.parse, [fromServer.parseComplete]],
  [fromClient.bind, [fromServer.bindComplete]],
  [fromClient.describe, [fromServer.rowDescription, fromServer.noData]],
  [execute, [commandComplete, fromServer.emptyQueryResponse, fromServer.portalSuspended]],
  [fromClient.close, [fromServer.closeComplete]],
  [sync, [readyForQuery]],
  [query, [readyForQuery]],
  [functionCall, [readyForQuery]],
]);
const closedBy: readonly (readonly number[] | undefined)[] = Array.from({ length: 256 }, (_, type) =>
  closers.get(type),
);

const maxWaiting = 4_000_000;

/**
 * The requests that are still to be answered, by their type bytes.
 *
 *     head            asked            tail
 *      | to be answered | not asked for yet |     absolute indexes; the ring holds head..tail
 */
class RequestRing {
  head = 0;
  tail = 0;
  /** Up to here answers were asked for: synced, flushed or simply queried. */
  asked = 0;
  private ring = new Uint8Array(64);

  push(type: number): void {
    const { ring, head, tail } = this;
    if (tail - head === ring.length) {
      const wider = new Uint8Array(ring.length * 2);
      for (let at = head; at < tail; at += 1) wider[at & (wider.length - 1)] = ring[at & (ring.length - 1)]!;
      this.ring = wider;
    }
    this.ring[tail & (this.ring.length - 1)] = type;
    this.tail += 1;
  }
  /** The oldest, or 0. */
  first(): number {
    return this.head < this.tail ? this.ring[this.head & (this.ring.length - 1)]! : 0;
  }
  /** The oldest has been answered. */
  shift(): void {
    if (this.head < this.tail) this.head += 1;
    this.asked = Math.max(this.asked, this.head);
  }
  /** Gives up the oldest until one is of the wanted kind; false when none is. */
  skipTo(isWanted: (type: number) => boolean): boolean {
    while (this.head < this.tail && !isWanted(this.first())) this.head += 1;
    this.asked = Math.max(this.asked, this.head);
    return this.head < this.tail;
  }
  /** Drops all of one type. */
  drop(type: number): void {
    const kept: number[] = [];
    for (let at = this.head; at < this.tail; at += 1) {
      const one = this.ring[at & (this.ring.length - 1)]!;
      if (one !== type) kept.push(one);
    }
    this.tail = this.head;
    for (const one of kept) this.push(one);
    this.asked = Math.min(this.asked, this.tail);
  }
}

const isSync = (type: number): boolean => type === sync;
const isEndedByReady = (type: number): boolean => closedBy[type]![0] === readyForQuery;

export const createReplies = (): Replies => {
  const waiting = new RequestRing();
  let isSkipping = false;
  let isCopying = false;

  return {
    sent(type) {
      if (isCopying) {
        if (type === copyDone || type === copyFail) isCopying = false;
        return;
      }
      if (isSkipping) {
        if (type !== sync) return;
        isSkipping = false;
      }
      if (closedBy[type] !== undefined) waiting.push(type);
      if (type === flush || type === sync || type === query || type === functionCall) waiting.asked = waiting.tail;
    },
    received(type) {
      const first = waiting.first();
      if (type === errorResponse) {
        isCopying = false;
        if (first !== 0 && !isEndedByReady(first)) isSkipping = !waiting.skipTo(isSync);
        return;
      }
      if (type === copyInResponse || type === copyBothResponse) {
        isCopying = true;
        // The server reads the Syncs that were sent behind an Execute as part of the copied data: none is answered.
        if (first === execute) waiting.drop(sync);
        return;
      }
      if (type === readyForQuery) {
        // Ends the oldest Sync, query or call, whatever stood before it.
        waiting.skipTo(isEndedByReady);
        waiting.shift();
        isCopying = false;
        return;
      }
      if (type === commandComplete) isCopying = false;
      if (first !== 0 && !isEndedByReady(first) && closedBy[first]!.includes(type)) waiting.shift();
    },
    get isComplete() {
      return waiting.head >= waiting.asked;
    },
    get isOverfull() {
      return waiting.tail - waiting.head > maxWaiting;
    },
    get isCopying() {
      return isCopying;
    },
  };
};
