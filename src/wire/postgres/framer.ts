import { fromServer, tlsHandshake } from './message-types.ts';

/**
 * Cuts one direction of a Postgres connection into messages by their headers alone (type byte + int32
 * length: https://www.postgresql.org/docs/current/protocol-message-formats.html). Bodies are skipped by
 * count; only the first bytes of a few types are handed on, and those that hold a statement whole, in pieces as
 * they come. Nothing is kept of a chunk that it was given.
 */
export interface FrameSink {
  /**
   * A message whose first bytes have come. `body[start..end)` holds up to the captured part of the body and
   * is only valid during the call.
   */
  message(type: number, bodyLength: number, body: Buffer, start: number, end: number): void;
  /** More of the body of a Parse or Query, whose `message` had the part that came with its header. */
  more(body: Buffer, start: number, end: number, isLast: boolean): void;
  /** A message without a type byte, as a client sends first: its request code or protocol version. */
  preface(code: number): void;
  /** The single byte that answers an SSLRequest or GSSENCRequest. */
  answerByte(byte: number): void;
  /** A TLS ClientHello without an SSLRequest (sslnegotiation=direct) begins in the chunk; the framer takes no more. */
  directTls(at: number): void;
  /** What follows is not the Postgres protocol; the framer takes no more. */
  unparsable(reason: string): void;
}

/** How many bytes of a body are handed on, by type. */
type CaptureLimits = Readonly<Record<string, number>>;

const frontendCaptures: CaptureLimits = { B: 512, E: 128, C: 128 };
const backendCaptures: CaptureLimits = { Z: 1, S: 64 };
/** Handed on whole. */
const frontendStreamed = 'PQ';
/** The limit of a type that is handed on whole. */
const streamed = 0x40000000;

const frontendTypes = 'BCDEFHPQSXcdfp';
const backendTypes = '123ACDEGHIKNRSTVWZcdnstv';
/** Postgres' own limit of a message. */
const maxBodyBytes = 0x3fffffff;
const maxPrefaceBytes = 10_000;

const states = { preface: 0, byte: 1, header: 2, capture: 3, skip: 4, stream: 5, off: 6 } as const;
type State = (typeof states)[keyof typeof states];

export class Framer {
  private readonly sink: FrameSink;
  /** Captured bytes by type; -1 for a type that this side never sends. */
  private readonly limits = new Int32Array(256).fill(-1);
  private state: State;
  /** Header or captured bytes that were cut by the end of a chunk. */
  private readonly held: Buffer;
  private heldCount = 0;
  private type = 0;
  private bodyLength = 0;
  private captureLength = 0;
  private skipCount = 0;

  constructor(side: 'frontend' | 'backend', sink: FrameSink) {
    this.sink = sink;
    const captures = side === 'frontend' ? frontendCaptures : backendCaptures;
    for (const letter of side === 'frontend' ? frontendTypes : backendTypes) {
      const isStreamed = side === 'frontend' && frontendStreamed.includes(letter);
      this.limits[letter.charCodeAt(0)] = isStreamed ? streamed : (captures[letter] ?? 0);
    }
    this.held = Buffer.allocUnsafe(Math.max(8, ...Object.values(captures)));
    this.state = side === 'frontend' ? states.preface : states.header;
  }

  /** The next byte is the answer to an SSLRequest or GSSENCRequest, not a message. */
  expectAnswerByte(): void {
    this.state = states.byte;
  }

  /** Takes no more: the stream is encrypted from here. */
  stop(): void {
    this.state = states.off;
  }

  push(chunk: Buffer): void {
    let at = 0;
    const end = chunk.length;
    while (at < end) {
      switch (this.state) {
        case states.skip: {
          const step = Math.min(this.skipCount, end - at);
          this.skipCount -= step;
          at += step;
          if (this.skipCount === 0) this.state = states.header;
          break;
        }
        case states.stream: {
          const step = Math.min(this.skipCount, end - at);
          this.skipCount -= step;
          const isLast = this.skipCount === 0;
          if (isLast) this.state = states.header;
          this.sink.more(chunk, at, at + step, isLast);
          at += step;
          break;
        }
        case states.header:
          at = this.header(chunk, at, end);
          break;
        case states.capture:
          at = this.capture(chunk, at, end);
          break;
        case states.preface:
          at = this.preface(chunk, at, end);
          break;
        case states.byte:
          this.state = states.header;
          // An error instead of an answer is a message.
          if (chunk[at] === fromServer.errorResponse) break;
          this.sink.answerByte(chunk[at]!);
          at += 1;
          break;
        case states.off:
          return;
      }
    }
  }

  private header(chunk: Buffer, at: number, end: number): number {
    let next = at;
    let source = chunk;
    let from = at;
    if (this.heldCount > 0 || end - at < 5) {
      next = this.hold(chunk, at, end, 5);
      if (this.heldCount < 5) return next;
      source = this.held;
      from = 0;
      this.heldCount = 0;
    } else {
      next = at + 5;
    }
    this.type = source[from]!;
    // The length counts itself.
    this.bodyLength = source.readInt32BE(from + 1) - 4;
    const limit = this.limits[this.type]!;
    if (limit < 0 || this.bodyLength < 0 || this.bodyLength > maxBodyBytes) {
      this.fail(`byte ${this.type} with length ${this.bodyLength + 4} is not a message header`);
      return end;
    }
    if (limit === streamed) {
      const step = Math.min(this.bodyLength, end - next);
      this.skipCount = this.bodyLength - step;
      this.state = this.skipCount > 0 ? states.stream : states.header;
      this.sink.message(this.type, this.bodyLength, chunk, next, next + step);
      return next + step;
    }
    this.captureLength = Math.min(limit, this.bodyLength);
    this.state = states.capture;
    return this.captureLength === 0 ? this.deliver(this.held, 0, 0, next) : next;
  }

  private capture(chunk: Buffer, at: number, end: number): number {
    const length = this.captureLength;
    if (this.heldCount === 0 && end - at >= length) return this.deliver(chunk, at, at + length, at + length);
    const next = this.hold(chunk, at, end, length);
    if (this.heldCount < length) return next;
    this.heldCount = 0;
    return this.deliver(this.held, 0, length, next);
  }

  /** Hands a message on and goes to what follows its captured part; returns where to read on. */
  private deliver(body: Buffer, start: number, end: number, next: number): number {
    this.skipCount = this.bodyLength - this.captureLength;
    this.state = this.skipCount > 0 ? states.skip : states.header;
    this.sink.message(this.type, this.bodyLength, body, start, end);
    return next;
  }

  private preface(chunk: Buffer, at: number, end: number): number {
    // A ClientHello is recognised by its first byte.
    if (this.heldCount === 0 && chunk[at] === tlsHandshake) {
      this.state = states.off;
      this.sink.directTls(at);
      return end;
    }
    const next = this.hold(chunk, at, end, 8);
    if (this.heldCount < 8) return next;
    this.heldCount = 0;
    const length = this.held.readInt32BE(0);
    const code = this.held.readInt32BE(4);
    if (length < 8 || length > maxPrefaceBytes) {
      this.fail(`length ${length} is not that of a first message`);
      return end;
    }
    const isStartup = code >>> 16 === 3;
    this.skipCount = length - 8;
    this.state = isStartup ? (this.skipCount > 0 ? states.skip : states.header) : states.preface;
    if (!isStartup && this.skipCount > 0) {
      // Only a CancelRequest has more than its code, and nothing comes after it.
      this.state = states.off;
    }
    this.sink.preface(code);
    return next;
  }

  private hold(chunk: Buffer, at: number, end: number, wanted: number): number {
    const step = Math.min(wanted - this.heldCount, end - at);
    chunk.copy(this.held, this.heldCount, at, at + step);
    this.heldCount += step;
    return at + step;
  }

  private fail(reason: string): void {
    this.state = states.off;
    this.sink.unparsable(reason);
  }
}
