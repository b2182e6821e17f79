import { createHash, type Hash } from 'node:crypto';
import type { AnswerSink } from '../http1/answer-framer.ts';
import type { BytePool } from './byte-pool.ts';

/** What is wanted of an answer. */
export interface Wanted {
  readonly isSample: boolean;
  readonly isJson: boolean;
  readonly isHashed: boolean;
  /** Longer bodies are not kept. */
  readonly mostBytes: number;
}

const firstBytes = 4096;
/** A connection keeps what ordinary bodies need; what a long one took goes back. */
const keptBytes = 64 * 1024;

/** Collects the body of one answer at a time: its bytes up to a limit, its hash of any length. */
export class Collector implements AnswerSink {
  isCollecting = false;
  wanted: Wanted = { isSample: false, isJson: false, isHashed: false, mostBytes: 0 };
  /** Why the body was not kept whole; '' where it was. */
  problem = '';
  private readonly pool: BytePool;
  private hash: Hash | undefined;
  private buffer = new Uint8Array(firstBytes);
  private length = 0;

  constructor(pool: BytePool) {
    this.pool = pool;
  }

  begin(wanted: Wanted): void {
    this.wanted = wanted;
    this.isCollecting = true;
    this.problem = '';
    this.length = 0;
    this.hash = wanted.isHashed ? createHash('sha256') : undefined;
    this.shrink();
  }

  body(bytes: Uint8Array, from: number, to: number): void {
    const part = bytes.subarray(from, to);
    this.hash?.update(part);
    if (this.problem !== '' || (!this.wanted.isSample && !this.wanted.isJson)) return;
    const needed = this.length + part.length;
    if (needed > this.wanted.mostBytes) this.problem = `over ${this.wanted.mostBytes} bytes, too long to be judged`;
    else if (needed > this.buffer.length && !this.grow(needed))
      this.problem = 'too many long ones at once to be judged';
    else {
      this.buffer.set(part, this.length);
      this.length = needed;
    }
  }

  /** A view that the next answer overwrites. */
  bytes(): Uint8Array {
    return this.buffer.subarray(0, this.length);
  }

  digest(): string {
    return this.hash?.digest('hex') ?? '';
  }

  /** Gives back what a long body took. */
  shrink(): void {
    if (this.buffer.length <= keptBytes) return;
    this.pool.give(this.buffer.length - firstBytes);
    this.buffer = new Uint8Array(firstBytes);
  }

  private grow(needed: number): boolean {
    const capacity = Math.min(needed * 2, Math.max(this.wanted.mostBytes, needed));
    if (!this.pool.take(capacity - this.buffer.length)) return false;
    const grown = new Uint8Array(capacity);
    grown.set(this.buffer.subarray(0, this.length));
    this.buffer = grown;
    return true;
  }
}
