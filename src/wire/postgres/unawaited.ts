import type { Counts } from '../ledger/ledger.ts';
import { fromClient } from './message-types.ts';

/**
 * What some clients send on top of a request without waiting, though it may arrive behind the answer: a Sync in a
 * segment of its own behind a Flush (node-postgres before 8.8), and the data of a COPY (pgx, asyncpg). By one
 * message alone it looks like a client that did wait. But a client that waits never sends Sync right behind Flush, or
 * data before the server asked for them: a connection that was seen to do so once is known by that, and what was taken for its
 * round trips before is taken back.
 */
export class Unawaited {
  private readonly counts: Counts;
  private readonly isHabit = { sync: false, copy: false };
  /** Round trips that may have been none. */
  private readonly suspects = { sync: 0, copy: 0 };
  private hasExecute = false;
  private hasRequest = false;
  private lastType = 0;
  private hasError = false;
  private kind: Kind | undefined;

  constructor(counts: Counts) {
    this.counts = counts;
  }

  /** A message that begins a message group. Tells whether it belongs to the request before it, `gapNs` after its answer came. */
  begins(type: number, gapNs: number | undefined, isAnswered: boolean, isCopying: boolean): boolean {
    this.kind = undefined;
    if (type === sync && this.lastType === flush && this.hasExecute && !this.hasError && isAnswered) this.kind = 'sync';
    else if (isCopying && isCopyPart(type)) this.kind = 'copy';
    this.hasExecute = false;
    this.hasRequest = false;
    this.hasError = false;
    this.lastType = type;
    this.note(type);
    return this.kind !== undefined && (this.isHabit[this.kind] || (gapNs !== undefined && gapNs <= reactionNs));
  }
  /** A message behind others of its message group. Tells whether it still belongs to the request before the message group. */
  follows(type: number, isCopying: boolean): boolean {
    if (type === sync && this.lastType === flush && this.hasExecute) this.learn('sync');
    if (type === copyData && this.hasRequest && !isCopying) this.learn('copy');
    this.lastType = type;
    this.note(type);
    const isPart = this.kind === 'copy' && (isCopyPart(type) || type === sync);
    if (!isPart) this.kind = undefined;
    return isPart;
  }
  failed(): void {
    this.hasError = true;
  }
  /** The message group was counted as a round trip. */
  counted(): void {
    if (this.kind !== undefined) this.suspects[this.kind] += 1;
  }
  reset(): void {
    this.suspects.sync = 0;
    this.suspects.copy = 0;
  }

  private note(type: number): void {
    if (type === execute) this.hasExecute = true;
    if (type === execute || type === query) this.hasRequest = true;
  }
  private learn(kind: Kind): void {
    this.isHabit[kind] = true;
    this.counts.roundTrips -= this.suspects[kind];
    this.suspects[kind] = 0;
  }
}

type Kind = 'sync' | 'copy';

/** Nobody reads an answer and writes back within this. */
const reactionNs = 20_000;

const { sync, flush, execute, query, copyData, copyDone, copyFail } = fromClient;
const isCopyPart = (type: number): boolean => type === copyData || type === copyDone || type === copyFail;
