import { BytePool } from '../engine/byte-pool.ts';
import { HeadParser, type HeadPolicy, isBlank, isControl } from './head-parser.ts';

/** Where an answer stands after some bytes. */
export const answerMore = 0;
export const answerDone = 1;
export const answerBroken = 2;
export type AnswerState = typeof answerMore | typeof answerDone | typeof answerBroken;

/** Takes what a caller wants to keep of an answer; only asked when a body is sampled or validated. */
export interface AnswerSink {
  body(bytes: Uint8Array, from: number, to: number): void;
}

/** Limits of a whole head (status line and headers), and of a chunk's size line or the trailers. */
export const maxHeadBytes = 64 * 1024;

const inHead = 0;
const inSizedBody = 1;
const inBodyToClose = 2;
const inChunkSize = 3;
const inChunkData = 4;
const inChunkEnd = 5;
const inTrailers = 6;
const finished = 7;

const cr = 13;
const lf = 10;
const space = 32;
const semicolon = 59;
/** A connection keeps what it needs for split lines of ordinary heads. */
const keptCarryBytes = 4096;
const headCacheBytes = 2048;

/**
 * The last head that was read whole, shared by the connections of a worker: a server's heads differ once a second (`Date`), so
 * most answers need one comparison instead of a parse.
 */
export class HeadCache {
  status = 0;
  isKeptAlive = false;
  isChunked = false;
  hasTransferEncoding = false;
  contentLength = -1;
  length = 0;
  private readonly bytes = new Uint8Array(headCacheBytes);
  private readonly words = new Int32Array(this.bytes.buffer);
  private readonly readBuffer: Uint8Array | undefined;
  private readonly readWords: Int32Array;

  /** @param readBuffer The buffer that answers are read into: heads at its start are compared four bytes at a time. */
  constructor(readBuffer?: Uint8Array) {
    this.readBuffer = readBuffer;
    this.readWords =
      readBuffer === undefined
        ? new Int32Array(0)
        : new Int32Array(readBuffer.buffer, readBuffer.byteOffset, readBuffer.length >> 2);
  }

  /** Whether bytes[from, to) begin with the head that is kept. */
  matches(bytes: Uint8Array, from: number, to: number): boolean {
    const { length } = this;
    if (length === 0 || to - from < length) return false;
    let index = 0;
    if (from === 0 && bytes === this.readBuffer) {
      // A quarter of the time of comparing bytes, which was the largest part of framing: bench/load/head-cache.ts.
      const { words, readWords } = this;
      const whole = length >> 2;
      for (let word = 0; word < whole; word++) if (words[word] !== readWords[word]) return false;
      index = whole << 2;
    }
    for (const known = this.bytes; index < length; index++) if (known[index] !== bytes[from + index]) return false;
    return true;
  }

  keep(head: HeadParser, bytes: Uint8Array, from: number, to: number): void {
    if (to - from > headCacheBytes || head.cookies.length > 0) return;
    this.bytes.set(bytes.subarray(from, to));
    this.length = to - from;
    this.status = head.status;
    this.isKeptAlive = head.isKeptAlive;
    this.isChunked = head.isChunked;
    this.hasTransferEncoding = head.hasTransferEncoding;
    this.contentLength = head.contentLength;
  }
}

/**
 * Frames HTTP/1.x answers (RFC 9112), one after another, in whatever pieces they come. It never throws: an answer that breaks
 * the rules ends as `answerBroken` with a `problem`. Strict where leniency would hide a broken server: CRLF only, one
 * content-length, none beside chunks.
 */
export class AnswerFramer {
  state: AnswerState = answerMore;
  /** The status of the final answer; 0 until its head is read. */
  status = 0;
  /** Whether the connection may carry another request. */
  isKeptAlive = true;
  /** Payload of the body so far, without chunk framing. */
  bodyBytes = 0;
  /** What is wrong with a broken answer. */
  problem = '';
  /** Interim answers (1xx) that came before this one. */
  interim = 0;
  private step = inHead;
  private left = 0;
  private hasBody = true;
  private sink: AnswerSink | undefined;
  /** Bytes of the head, of one chunk's framing, or of the trailers so far. */
  private lineBytes = 0;
  /** Where the head began in the bytes of this `feed`; -1 when it began before. */
  private headStart = -1;
  private carry: Uint8Array | undefined;
  private carried = 0;
  /** A field came to its end with the bytes: the first of the next says whether it is folded. */
  private awaitsFold = false;
  private readonly head: HeadParser;
  private readonly trailer = new HeadParser({});
  private readonly cache: HeadCache;

  private readonly pool: BytePool;

  constructor(cache: HeadCache = new HeadCache(), policy: HeadPolicy = {}, pool: BytePool = new BytePool()) {
    this.cache = cache;
    this.pool = pool;
    this.head = new HeadParser(policy);
  }

  /** Gets ready for the next answer. An answer to HEAD has no body. A sink is given body bytes and turns the head cache off. */
  begin(isHead = false, sink?: AnswerSink): void {
    this.state = answerMore;
    this.status = 0;
    this.isKeptAlive = true;
    this.bodyBytes = 0;
    this.problem = '';
    this.interim = 0;
    this.step = inHead;
    this.hasBody = !isHead;
    this.sink = sink;
    this.lineBytes = 0;
    this.carried = 0;
    this.awaitsFold = false;
    if (this.carry !== undefined && this.carry.length > keptCarryBytes) this.dropCarry();
    this.head.begin(sink !== undefined);
  }

  /** Gives back what a split head took: for a connection that is over. */
  dropCarry(): void {
    this.pool.give(this.carry?.length ?? 0);
    this.carry = undefined;
  }

  /** True when no byte of the answer has come. */
  get isUntouched(): boolean {
    return this.step === inHead && this.lineBytes === 0 && this.interim === 0 && this.state !== answerBroken;
  }

  /** Header fields of the final answer, names in lower case, where a sink asked for them; repeated ones joined by ", ". */
  get headers(): Readonly<Record<string, string>> {
    return this.head.fields;
  }

  /** `Set-Cookie` values of the answer, where the policy keeps them. */
  get cookies(): readonly string[] {
    return this.head.cookies;
  }

  /** Reads bytes[from, to), in which folded lines are unfolded, and returns where it stopped: `to`, or the end of the answer. See `state` for what came of it. */
  feed(bytes: Uint8Array, from: number, to: number): number {
    let at = from;
    this.headStart = -1;
    while (at < to && this.state === answerMore) {
      switch (this.step) {
        case inHead:
          if (this.lineBytes === 0) {
            if (this.tryCache(bytes, at, to)) {
              at += this.cache.length;
              break;
            }
            this.headStart = at;
          }
          at = this.feedLine(bytes, at, to);
          break;
        case inSizedBody: {
          const end = Math.min(to, at + this.left);
          this.takeBody(bytes, at, end);
          this.left -= end - at;
          at = end;
          if (this.left === 0) this.finish();
          break;
        }
        case inBodyToClose:
          this.takeBody(bytes, at, to);
          at = to;
          break;
        case inChunkData: {
          const end = Math.min(to, at + this.left);
          this.takeBody(bytes, at, end);
          this.left -= end - at;
          at = end;
          if (this.left === 0) this.step = inChunkEnd;
          break;
        }
        case inChunkEnd:
          // Anything but a line end is seen at once: such a server may never send one.
          if (this.carried === 0 && bytes[at] !== cr) this.fail('chunk longer than its size');
          else at = this.feedLine(bytes, at, to);
          break;
        default:
          at = this.feedLine(bytes, at, to);
      }
    }
    return at;
  }

  /** The peer has closed its side: the end of a body that has no length, and too early for any other. */
  end(): AnswerState {
    if (this.state !== answerMore) return this.state;
    if (this.step === inBodyToClose) this.finish();
    else this.fail(this.isUntouched ? 'connection closed before an answer' : 'connection closed within an answer');
    this.isKeptAlive = false;
    return this.state;
  }

  private takeBody(bytes: Uint8Array, from: number, to: number): void {
    this.bodyBytes += to - from;
    if (this.sink !== undefined) this.sink.body(bytes, from, to);
  }

  private finish(): void {
    this.step = finished;
    this.state = answerDone;
  }

  private fail(problem: string): void {
    this.problem = problem;
    this.isKeptAlive = false;
    this.state = answerBroken;
  }

  /** Takes over the meaning of the head in the cache, where the bytes begin with it. */
  private tryCache(bytes: Uint8Array, from: number, to: number): boolean {
    const { cache } = this;
    if (this.sink !== undefined || !cache.matches(bytes, from, to)) return false;
    this.status = cache.status;
    this.isKeptAlive = cache.isKeptAlive;
    this.startBody(cache.isChunked, cache.hasTransferEncoding, cache.contentLength);
    return true;
  }

  /** Takes the rest of one line; whole lines are read in place, split ones are carried over. */
  private feedLine(bytes: Uint8Array, from: number, to: number): number {
    if (this.awaitsFold) {
      this.awaitsFold = false;
      if (!isBlank(bytes[from]!)) {
        this.takeCarried(bytes, from);
        return from;
      }
      this.carry!.fill(space, this.carried - 2, this.carried);
    }
    let at = from;
    while (at < to && bytes[at] !== lf) at++;
    while (at + 1 < to && isBlank(bytes[at + 1]!) && this.isField(bytes, from, at)) {
      this.unfold(bytes, from, at);
      if (this.state === answerBroken) return at + 1;
      while (at < to && bytes[at] !== lf) at++;
    }
    const isWhole = at < to;
    const end = isWhole ? at + 1 : to;
    this.lineBytes += end - from;
    if (this.lineBytes > maxHeadBytes) {
      this.fail(this.step === inHead ? 'head too long' : 'chunk framing too long');
      return end;
    }
    const awaitsFold = isWhole && end === to && this.isField(bytes, from, at);
    if (isWhole && this.carried === 0 && !awaitsFold) {
      this.takeLine(bytes, from, at, bytes, end);
      return end;
    }
    this.carryOver(bytes, from, end);
    if (this.state === answerBroken) return end;
    if (awaitsFold) {
      this.awaitsFold = true;
      // What is wrong already will not become right.
      if (this.carry![this.carried - 2] !== cr) this.fail('line end without a carriage return');
      else
        this.failOn(
          (this.step === inTrailers ? this.trailer : this.head).lineProblem(this.carry!, 0, this.carried - 2),
        );
    } else if (isWhole) this.takeCarried(bytes, end);
    return end;
  }

  private takeCarried(bytes: Uint8Array, end: number): void {
    const length = this.carried;
    this.carried = 0;
    this.takeLine(this.carry!, 0, length - 1, bytes, end);
  }

  /** Whether a line that ends at lfAt is a header or trailer field: those may be folded (RFC 9112, 5.2). */
  private isField(bytes: Uint8Array, from: number, lfAt: number): boolean {
    if (this.step === inTrailers || (this.step === inHead && this.head.status !== 0)) {
      const length = this.carried + lfAt - from;
      if (length > 1) return true;
      const first = this.carried === 1 ? this.carry![0] : bytes[from];
      return length === 1 && first !== cr;
    }
    return false;
  }

  /** Puts blanks in the place of a line end that is not one. */
  private unfold(bytes: Uint8Array, from: number, lfAt: number): void {
    const isCarried = lfAt === from;
    const before = isCarried ? this.carry?.[this.carried - 1] : bytes[lfAt - 1];
    if (before !== cr) {
      this.fail('line end without a carriage return');
      return;
    }
    if (isCarried) this.carry![this.carried - 1] = space;
    else bytes[lfAt - 1] = space;
    bytes[lfAt] = space;
  }

  private carryOver(bytes: Uint8Array, from: number, to: number): void {
    const needed = this.carried + to - from;
    const length = this.carry?.length ?? 0;
    if (length < needed) {
      const capacity = Math.max(256, Math.min(needed * 2, maxHeadBytes));
      if (!this.pool.take(capacity - length)) {
        this.fail('too many long heads at once');
        return;
      }
      const grown = new Uint8Array(capacity);
      if (this.carry !== undefined) grown.set(this.carry.subarray(0, this.carried));
      this.carry = grown;
    }
    this.carry!.set(bytes.subarray(from, to), this.carried);
    this.carried = needed;
  }

  /** A line stands in line[from, lfAt); it came to its end at chunk[end). */
  private takeLine(line: Uint8Array, from: number, lfAt: number, chunk: Uint8Array, end: number): void {
    const to = lfAt - 1;
    if (to < from || line[to] !== cr) {
      this.fail('line end without a carriage return');
      return;
    }
    switch (this.step) {
      case inHead:
        this.takeHeadLine(line, from, to, chunk, end);
        return;
      case inChunkSize:
        this.takeChunkSize(line, from, to);
        return;
      case inChunkEnd:
        if (to > from) this.fail('chunk longer than its size');
        else {
          this.step = inChunkSize;
          this.lineBytes = 0;
        }
        return;
      default:
        // A trailer: its fields are checked, and mean nothing for framing.
        if (to === from) this.finish();
        else this.failOn(this.trailer.headerLine(line, from, to));
    }
  }

  private takeHeadLine(line: Uint8Array, from: number, to: number, chunk: Uint8Array, end: number): void {
    const { head } = this;
    if (head.status === 0) {
      this.failOn(head.statusLine(line, from, to));
    } else if (to > from) {
      this.failOn(head.headerLine(line, from, to));
    } else if (head.status < 200 && head.status !== 101) {
      this.interim++;
      this.lineBytes = 0;
      this.headStart = -1;
      head.begin(this.sink !== undefined);
    } else {
      this.failOn(head.conclude());
      if (this.state === answerBroken) return;
      if (this.headStart >= 0) this.cache.keep(head, chunk, this.headStart, end);
      this.status = head.status;
      this.isKeptAlive = head.isKeptAlive;
      this.startBody(head.isChunked, head.hasTransferEncoding, head.contentLength);
    }
  }

  /** RFC 9112, 6.3: how long the body is. */
  private startBody(isChunked: boolean, hasTransferEncoding: boolean, contentLength: number): void {
    this.lineBytes = 0;
    if (this.status === 101) {
      // Another protocol from here on: the answer is over, and so is the use of the connection.
      this.isKeptAlive = false;
      this.finish();
    } else if (!this.hasBody || this.status === 204 || this.status === 304) {
      this.finish();
    } else if (isChunked) {
      this.step = inChunkSize;
    } else if (!hasTransferEncoding && contentLength >= 0) {
      this.step = inSizedBody;
      this.left = contentLength;
      if (contentLength === 0) this.finish();
    } else {
      this.step = inBodyToClose;
      this.isKeptAlive = false;
    }
  }

  /** Hexadecimal digits, then perhaps blanks and `;extension`, which are ignored (RFC 9112, 7.1.1). */
  private takeChunkSize(line: Uint8Array, from: number, to: number): void {
    let size = 0;
    let at = from;
    for (; at < to && line[at] !== semicolon && !isBlank(line[at]!); at++) {
      const digit = hexDigit(line[at]!);
      if (digit < 0) {
        this.fail('bad chunk size');
        return;
      }
      size = size * 16 + digit;
      if (size > Number.MAX_SAFE_INTEGER) {
        this.fail('chunk size overflows');
        return;
      }
    }
    const sizeEnd = at;
    while (at < to && isBlank(line[at]!)) at++;
    if (at < to && line[at] !== semicolon) {
      this.fail('bad chunk size');
      return;
    }
    for (let rest = at; rest < to; rest++) {
      if (isControl(line[rest]!)) {
        this.fail('bad chunk extension');
        return;
      }
    }
    if (sizeEnd === from) this.fail('bad chunk size');
    else if (size === 0) {
      this.step = inTrailers;
      this.lineBytes = 0;
      this.trailer.beginTrailer();
    } else {
      this.step = inChunkData;
      this.left = size;
    }
  }

  private failOn(problem: string): void {
    if (problem !== '') this.fail(problem);
  }
}

const hexDigit = (byte: number): number => {
  if (byte >= 48 && byte <= 57) return byte - 48;
  const lower = byte | 0x20;
  return lower >= 97 && lower <= 102 ? lower - 87 : -1;
};
