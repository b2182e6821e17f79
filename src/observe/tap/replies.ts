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
  /** Between a CopyIn or CopyBoth response and its end. */
  readonly isCopying: boolean;
}

const letter = (text: string): number => text.charCodeAt(0);
const [parse, bind, describe, execute, close] = ['P', 'B', 'D', 'E', 'C'].map(letter) as [
  number,
  number,
  number,
  number,
  number,
];
const [sync, flush, query, call] = ['S', 'H', 'Q', 'F'].map(letter) as [number, number, number, number];
const copyDone = letter('c');
const copyFail = letter('f');

/** The message types that close a wait for each request, by the server's type byte. */
const closers = new Map<number, readonly number[]>([
  [parse, [letter('1')]],
  [bind, [letter('2')]],
  [describe, [letter('T'), letter('n')]],
  [execute, [letter('C'), letter('I'), letter('s')]],
  [close, [letter('3')]],
  [sync, [letter('Z')]],
  [query, [letter('Z')]],
  [call, [letter('Z')]],
]);
const closedBy: readonly (readonly number[] | undefined)[] = Array.from({ length: 256 }, (_, type) =>
  closers.get(type),
);

const readyForQuery = letter('Z');
const errorResponse = letter('E');
const copyIn = letter('G');
const copyBoth = letter('W');
const commandComplete = letter('C');

export const createReplies = (): Replies => {
  //  head            asked            tail
  //   | to be answered | not asked for yet |     absolute indexes; the ring holds head..tail
  let ring = new Uint8Array(64);
  let head = 0;
  let tail = 0;
  let asked = 0;
  let isSkipping = false;
  let isCopying = false;
  let isCopyFromExecute = false;

  const push = (type: number): void => {
    if (tail - head === ring.length) {
      const wider = new Uint8Array(ring.length * 2);
      for (let at = head; at < tail; at += 1) wider[at & (wider.length - 1)] = ring[at & (ring.length - 1)]!;
      ring = wider;
    }
    ring[tail & (ring.length - 1)] = type;
    tail += 1;
  };
  const first = (): number => (head < tail ? ring[head & (ring.length - 1)]! : 0);

  /** The server read the Syncs that were sent behind an Execute as part of the copied data: none is answered. */
  const dropSyncs = (): void => {
    const kept: number[] = [];
    for (let at = head; at < tail; at += 1) {
      const type = ring[at & (ring.length - 1)]!;
      if (type !== sync) kept.push(type);
    }
    tail = head;
    kept.forEach(push);
    asked = Math.min(asked, tail);
  };
  const discardToSync = (): void => {
    while (head < tail && first() !== sync) head += 1;
    isSkipping = head === tail;
    asked = Math.max(asked, head);
  };

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
      if (closedBy[type] !== undefined) push(type);
      if (type === sync || type === flush || type === query || type === call) asked = tail;
    },
    received(type) {
      const waiting = first();
      if (type === errorResponse) {
        isCopying = false;
        if (waiting !== 0 && waiting !== query && waiting !== call && waiting !== sync) discardToSync();
        return;
      }
      if (type === copyIn || type === copyBoth) {
        isCopying = true;
        isCopyFromExecute = waiting === execute;
        if (isCopyFromExecute) dropSyncs();
        return;
      }
      if (type === readyForQuery) {
        // Ends the oldest Sync, query or call, whatever stood before it.
        while (head < tail && !(closedBy[first()]![0] === readyForQuery)) head += 1;
        if (head < tail) head += 1;
        asked = Math.max(asked, head);
        isCopying = false;
        return;
      }
      if (type === commandComplete) isCopying = false;
      if (closedBy[waiting]?.includes(type) && waiting !== query && waiting !== sync && waiting !== call) {
        head += 1;
        asked = Math.max(asked, head);
      }
    },
    get isComplete() {
      return head >= asked;
    },
    get isCopying() {
      return isCopying;
    },
  };
};
