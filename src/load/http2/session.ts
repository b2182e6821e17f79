import type { AnswerHead, AnswerHeadReader } from './answer-head.ts';
import { errorCodes, errorName } from './error-codes.ts';
import {
  FrameReader,
  type FrameSink,
  flagAck,
  flagEndHeaders,
  flagEndStream,
  flagPadded,
  flagPriority,
  frameTypes,
  largestFrameBytes,
} from './frame-reader.ts';
import { HeadBlock } from './head-block.ts';
import { HpackDecoder } from './hpack/decoder.ts';
import { framePrefix, type Http2Request, word } from './request-block.ts';
import { defaultWindow, openingText, readSettings, settingNames, windowBytes, windowUpdate } from './settings.ts';

/** One request on its way, as a session sees it. A session sets the fields; what they mean before it has the request is nobody's. */
export interface Exchange {
  streamId: number;
  request: Http2Request;
  readonly wantsHeaders: boolean;
  /** What the peer lets us send of the body, and how much of it was sent. */
  sendWindow: number;
  sentBytes: number;
  /** Since the stream's window was last opened. */
  unacknowledgedBytes: number;
  hasHead: boolean;
  /** Reads of the session when the request was written: none since says that the peer may never have seen it. */
  readsBefore: number;
  /** It was sent again although it may have been processed: so it never is a second time. */
  isRepeated: boolean;
  head(head: AnswerHead): void;
  data(bytes: Buffer, from: number, to: number): void;
  /** Bytes of the stream's frames on the wire. */
  wire(length: number): void;
  /** The answer is whole; whether its length is right is the exchange's to say. */
  end(): void;
  fail(message: string): void;
}

/** Who owns a session. */
export interface SessionOwner {
  /** Text to write to the peer, Latin-1. */
  write(text: string): void;
  /** Whether what was written piles up: then bodies wait, and a peer that makes it pile up is cut off. */
  readonly queuedBytes: number;
  /** More requests may be started, or none any more: look at `canStart` and `isDraining`. */
  changed(): void;
  /**
   * Requests that the peer says it has not processed, in the order in which they were sent: they may be sent again (RFC 9113, 8.7).
   * `isProgress` when it says that it has processed others on this connection.
   */
  refused(exchanges: readonly Exchange[], message: string, isProgress: boolean): void;
  /** Nothing is on its way any more and nothing may be started: the connection is to be closed. */
  finished(): void;
}

const largestWindow = 2 ** 31 - 1;
const lastStreamId = 2 ** 31 - 1;
/** Frames that bring no answer nearer: a peer that sends so many without one that does is flooding. */
const mostIdleFrames = 10_000;
/** The kernel takes a system call's worth; more waits for the peer, and is worth waiting for before a body goes on. */
const mostQueuedBytes = 256 * 1024;
const mostQueuedReplies = 4 * 1024 * 1024;
/** A write that fits goes past Node's streams: see raw-stream.ts. */
const flushBytes = 4096;

/**
 * HTTP/2 on one connection, from the client's side (RFC 9113), apart from sockets: bytes in, text out. It pushes nothing on: a request
 * that can't be started is its owner's to keep.
 */
export class Http2Session implements FrameSink {
  isDraining = false;
  /** Streams that were answered. */
  answered = 0;
  /** Reads so far. */
  reads = 0;
  private readonly owner: SessionOwner;
  private readonly heads: AnswerHeadReader;
  private readonly reader = new FrameReader(this);
  private readonly decoder = new HpackDecoder();
  private readonly block = new HeadBlock();
  private readonly exchanges = new Map<number, Exchange>();
  /** Those whose bodies wait for a window or for the socket. */
  private readonly uploads = new Set<Exchange>();
  private out = '';
  private isReading = false;
  private isFlushPlanned = false;
  private isOver = false;
  private isSettled = false;
  private isAcknowledged = false;
  private mostStreams = Number.POSITIVE_INFINITY;
  private nextId = 1;
  private sendWindow = defaultWindow;
  private streamWindow = defaultWindow;
  private frameBytes = largestFrameBytes;
  private unacknowledgedBytes = 0;
  private idleFrames = 0;
  /** Why the peer said that it would go, for those that it leaves without an answer. */
  private goawayCode: number = errorCodes.noError;

  constructor(owner: SessionOwner, heads: AnswerHeadReader) {
    this.owner = owner;
    this.heads = heads;
  }

  /** Greets the peer. */
  begin(): void {
    this.append(openingText);
  }

  /** The peer's settings have come. */
  get hasSettings(): boolean {
    return this.isSettled;
  }

  get active(): number {
    return this.exchanges.size;
  }

  /** Before the peer's settings have come, nobody knows whether it takes more than one. */
  get canStart(): boolean {
    if (this.isDraining || this.isOver) return false;
    return this.isSettled ? this.exchanges.size < this.mostStreams : this.nextId === 1;
  }

  start(exchange: Exchange, request: Http2Request): void {
    const id = this.nextId;
    this.nextId += 2;
    if (this.nextId > lastStreamId) this.drain();
    exchange.streamId = id;
    exchange.request = request;
    exchange.sendWindow = this.streamWindow;
    exchange.sentBytes = 0;
    exchange.unacknowledgedBytes = 0;
    exchange.hasHead = false;
    exchange.readsBefore = this.reads;
    this.exchanges.set(id, exchange);
    if (request.block.length <= this.frameBytes) this.append(request.framePrefix + word(id) + request.block);
    else this.appendLongHead(request, id);
    if (request.body !== '') this.upload(exchange);
  }

  /** Gives a request up. Its owner is not told of the free stream: it knows. */
  cancel(exchange: Exchange): void {
    if (this.exchanges.get(exchange.streamId) !== exchange) return;
    this.reset(exchange.streamId, errorCodes.cancel);
    this.forget(exchange);
    if (this.isDraining) this.rest();
  }

  read(bytes: Buffer, from: number, to: number): void {
    this.reads++;
    this.isReading = true;
    this.reader.feed(bytes, from, to);
    this.isReading = false;
    this.flush();
    if (this.owner.queuedBytes > mostQueuedReplies) this.fail(errorCodes.enhanceYourCalm, 'it reads no replies');
  }

  /** The socket has taken what was written. */
  drained(): void {
    for (const exchange of this.uploads) this.upload(exchange);
  }

  /** The connection is gone. Returns what may have been on its way unseen, and fails the rest. */
  lost(reason: string): void {
    if (this.isOver) return;
    this.close();
    const message = this.goawayCode === errorCodes.noError ? reason : goawayMessage(this.goawayCode);
    const unseen: Exchange[] = [];
    const failed: Exchange[] = [];
    for (const exchange of this.exchanges.values()) {
      // A connection that had served before and on which nothing came since: the peer closed it as the request set out.
      const isUnseen = this.answered > 0 && exchange.readsBefore === this.reads;
      const isRepeatable = isUnseen && exchange.request.isIdempotent && !exchange.isRepeated;
      if (isRepeatable) exchange.isRepeated = true;
      (isRepeatable ? unseen : failed).push(exchange);
    }
    this.exchanges.clear();
    if (unseen.length > 0) this.owner.refused(unseen, message, false);
    for (const exchange of failed) exchange.fail(exchange.hasHead ? 'connection closed within an answer' : message);
  }

  /** Nothing comes from it any more, and nobody is told. */
  close(): void {
    this.isOver = true;
    this.isDraining = true;
    this.reader.stop();
    this.uploads.clear();
  }

  broken(problem: string): void {
    this.fail(errorCodes.frameSizeError, problem);
  }

  frame(type: number, flags: number, streamId: number, payload: Buffer, from: number, to: number): void {
    if (!this.isSettled && (type !== frameTypes.settings || (flags & flagAck) !== 0)) {
      this.fail(errorCodes.protocolError, 'its first frame is not SETTINGS, so it may not speak HTTP/2');
      return;
    }
    if (this.block.isOpen && (type !== frameTypes.continuation || streamId !== this.block.streamId)) {
      this.fail(errorCodes.protocolError, 'another frame within a head');
      return;
    }
    if (++this.idleFrames > mostIdleFrames) {
      this.fail(errorCodes.enhanceYourCalm, `${mostIdleFrames} frames that bring no answer nearer`);
      return;
    }
    const length = to - from;
    switch (type) {
      case frameTypes.headers:
        this.takeHeaders(flags, streamId, payload, from, to);
        return;
      case frameTypes.continuation:
        this.takeContinuation(flags, payload, from, to);
        return;
      case frameTypes.settings:
        this.takeSettings(flags, streamId, payload, from, to);
        return;
      case frameTypes.ping:
        if (streamId !== 0) this.fail(errorCodes.protocolError, 'a PING on a stream');
        else if (length !== 8) this.fail(errorCodes.frameSizeError, 'a PING that has not 8 bytes');
        else if ((flags & flagAck) === 0) {
          this.append(framePrefix(8, frameTypes.ping, flagAck) + word(0) + payload.toString('latin1', from, to));
        }
        return;
      case frameTypes.goaway:
        this.takeGoaway(streamId, payload, from, length);
        return;
      case frameTypes.rstStream:
        this.takeReset(streamId, payload, from, length);
        return;
      case frameTypes.windowUpdate:
        this.takeWindowUpdate(streamId, payload, from, length);
        return;
      case frameTypes.pushPromise:
        this.takePushPromise(flags, streamId, payload, from, to);
        return;
      case frameTypes.priority:
        if (streamId === 0) this.fail(errorCodes.protocolError, 'a PRIORITY on no stream');
        return;
      default:
      // RFC 9113, 5.5: unknown frames are ignored.
    }
  }

  dataPart(streamId: number, bytes: Buffer, from: number, to: number): void {
    const exchange = this.exchanges.get(streamId);
    if (exchange?.hasHead && !this.block.isOpen) exchange.data(bytes, from, to);
  }

  dataEnd(flags: number, streamId: number, length: number): void {
    if (!this.isSettled || this.block.isOpen || streamId === 0) {
      this.fail(errorCodes.protocolError, 'DATA where none may be');
      return;
    }
    if (length > 0) this.idleFrames = 0;
    else if ((flags & flagEndStream) === 0 && ++this.idleFrames > mostIdleFrames) {
      this.fail(errorCodes.enhanceYourCalm, `${mostIdleFrames} frames that bring no answer nearer`);
      return;
    }
    this.unacknowledgedBytes += length;
    if (this.unacknowledgedBytes >= windowBytes / 4) {
      this.append(windowUpdate(0, this.unacknowledgedBytes));
      this.unacknowledgedBytes = 0;
    }
    const exchange = this.exchanges.get(streamId);
    if (exchange === undefined) {
      this.checkClosed(streamId, 'DATA');
      return;
    }
    exchange.wire(length + 9);
    if (!exchange.hasHead) {
      this.refuse(exchange, errorCodes.protocolError, 'malformed answer: a body before its head');
      return;
    }
    exchange.unacknowledgedBytes += length;
    if ((flags & flagEndStream) !== 0) this.finish(exchange);
    else if (exchange.unacknowledgedBytes >= windowBytes / 4) {
      this.append(windowUpdate(streamId, exchange.unacknowledgedBytes));
      exchange.unacknowledgedBytes = 0;
    }
  }

  private takeHeaders(flags: number, streamId: number, payload: Buffer, start: number, end: number): void {
    const isPadded = (flags & flagPadded) !== 0;
    const from = start + (isPadded ? 1 : 0) + ((flags & flagPriority) !== 0 ? 5 : 0);
    const to = end - (isPadded && start < end ? payload[start]! : 0);
    if (from > to) {
      this.fail(errorCodes.protocolError, 'more padding than frame');
      return;
    }
    if (streamId === 0) {
      this.fail(errorCodes.protocolError, 'HEADERS on no stream');
      return;
    }
    if (!this.exchanges.has(streamId) && !this.checkClosed(streamId, 'HEADERS')) return;
    this.exchanges.get(streamId)?.wire(end - start + 9);
    const isLast = (flags & flagEndStream) !== 0;
    if ((flags & flagEndHeaders) !== 0) this.takeHead(streamId, isLast, payload, from, to);
    else this.addToBlock(this.block.open(streamId, isLast, payload, from, to));
  }

  private takeContinuation(flags: number, payload: Buffer, from: number, to: number): void {
    const { block } = this;
    if (!block.isOpen) {
      this.fail(errorCodes.protocolError, 'a CONTINUATION of nothing');
      return;
    }
    this.exchanges.get(block.streamId)?.wire(to - from + 9);
    if (!this.addToBlock(block.add(payload, from, to)) || (flags & flagEndHeaders) === 0) return;
    block.close();
    this.takeHead(block.streamId, block.isLast, block.bytes, 0, block.length);
  }

  private addToBlock(fits: boolean): boolean {
    if (!fits) this.fail(errorCodes.enhanceYourCalm, 'a head of over 64 KiB');
    return fits;
  }

  private takeHead(streamId: number, isLast: boolean, block: Buffer, from: number, to: number): void {
    const exchange = this.exchanges.get(streamId);
    // Also of a stream that was given up: the table has to follow.
    const head = this.heads.read(this.decoder, block, from, to, exchange?.wantsHeaders ?? false);
    if (head === undefined) {
      this.fail(errorCodes.compressionError, this.decoder.problem);
      return;
    }
    if (exchange === undefined) return;
    const malformed = head.malformed || findOrderProblem(exchange, head, isLast);
    if (malformed !== '') {
      this.refuse(exchange, errorCodes.protocolError, `malformed answer: ${malformed}`);
      return;
    }
    // 100 to 199 come before the answer.
    if (!exchange.hasHead && head.status >= 200) {
      exchange.hasHead = true;
      this.idleFrames = 0;
      exchange.head(head);
    }
    if (isLast) this.finish(exchange);
  }

  private takeSettings(flags: number, streamId: number, payload: Buffer, from: number, to: number): void {
    const length = to - from;
    if (streamId !== 0) {
      this.fail(errorCodes.protocolError, 'SETTINGS on a stream');
      return;
    }
    if ((flags & flagAck) !== 0) {
      if (length !== 0) this.fail(errorCodes.frameSizeError, 'an acknowledgement with settings');
      this.isAcknowledged = true;
      return;
    }
    const settings = readSettings(payload, from, to);
    if ('code' in settings) {
      this.fail(settings.code, settings.problem);
      return;
    }
    this.mostStreams = settings[settingNames.mostStreams] ?? this.mostStreams;
    this.frameBytes = settings[settingNames.frameBytes] ?? this.frameBytes;
    const window = settings[settingNames.window];
    if (window !== undefined) {
      const change = window - this.streamWindow;
      this.streamWindow = window;
      for (const exchange of this.exchanges.values()) {
        exchange.sendWindow += change;
        if (exchange.sendWindow > largestWindow) {
          this.fail(errorCodes.flowControlError, 'a window of over 2 GiB');
          return;
        }
      }
    }
    this.isSettled = true;
    this.append(framePrefix(0, frameTypes.settings, flagAck) + word(0));
    this.drained();
    this.owner.changed();
  }

  private takeGoaway(streamId: number, payload: Buffer, from: number, length: number): void {
    if (streamId !== 0 || length < 8) {
      this.fail(streamId === 0 ? errorCodes.frameSizeError : errorCodes.protocolError, 'a broken GOAWAY');
      return;
    }
    const lastId = payload.readUInt32BE(from) & 0x7fffffff;
    const code = payload.readUInt32BE(from + 4);
    const unprocessed: Exchange[] = [];
    for (const [id, exchange] of this.exchanges) if (id > lastId) unprocessed.push(exchange);
    for (const exchange of unprocessed) this.forget(exchange);
    this.isDraining = true;
    const message =
      code === errorCodes.noError ? 'connection shut down before the request was processed' : goawayMessage(code);
    if (unprocessed.length > 0) this.owner.refused(unprocessed, message, lastId > 0);
    this.goawayCode = code;
    this.drain();
  }

  private takeReset(streamId: number, payload: Buffer, from: number, length: number): void {
    if (streamId === 0 || length !== 4) {
      this.fail(streamId === 0 ? errorCodes.protocolError : errorCodes.frameSizeError, 'a broken RST_STREAM');
      return;
    }
    const exchange = this.exchanges.get(streamId);
    if (exchange === undefined) {
      this.checkClosed(streamId, 'RST_STREAM');
      return;
    }
    const code = payload.readUInt32BE(from);
    const message = `stream reset: ${errorName(code)}`;
    this.forget(exchange);
    if (code === errorCodes.refusedStream && !exchange.hasHead) this.owner.refused([exchange], message, false);
    else exchange.fail(message);
    this.rest();
  }

  private takeWindowUpdate(streamId: number, payload: Buffer, from: number, length: number): void {
    if (length !== 4) {
      this.fail(errorCodes.frameSizeError, 'a WINDOW_UPDATE that has not 4 bytes');
      return;
    }
    const increment = payload.readUInt32BE(from) & 0x7fffffff;
    if (streamId === 0) {
      this.sendWindow += increment;
      if (increment === 0) this.fail(errorCodes.protocolError, 'a window opened by nothing');
      else if (this.sendWindow > largestWindow) this.fail(errorCodes.flowControlError, 'a window of over 2 GiB');
      else this.drained();
      return;
    }
    const exchange = this.exchanges.get(streamId);
    if (exchange === undefined) {
      this.checkClosed(streamId, 'WINDOW_UPDATE');
      return;
    }
    exchange.sendWindow += increment;
    if (increment === 0) this.refuse(exchange, errorCodes.protocolError, 'broken HTTP/2: a window opened by nothing');
    else if (exchange.sendWindow > largestWindow) {
      this.refuse(exchange, errorCodes.flowControlError, 'broken HTTP/2: a window of over 2 GiB');
    } else if (this.uploads.has(exchange)) this.upload(exchange);
  }

  /** Before it has acknowledged our settings the peer may not know that we take none. */
  private takePushPromise(flags: number, streamId: number, payload: Buffer, start: number, end: number): void {
    const isPadded = (flags & flagPadded) !== 0;
    const from = start + (isPadded ? 1 : 0);
    const to = end - (isPadded && start < end ? payload[start]! : 0);
    const isWhole = (flags & flagEndHeaders) !== 0 && from + 4 <= to;
    if (this.isAcknowledged || !isWhole || streamId === 0) {
      this.fail(errorCodes.protocolError, 'a push, which was not allowed');
      return;
    }
    const promised = payload.readUInt32BE(from) & 0x7fffffff;
    if (this.heads.read(this.decoder, payload, from + 4, to, false) === undefined) {
      this.fail(errorCodes.compressionError, this.decoder.problem);
      return;
    }
    this.reset(promised, errorCodes.refusedStream);
  }

  /** Frames may still come of streams that were given up, or were refused; not of those that never were. */
  private checkClosed(streamId: number, type: string): boolean {
    if (streamId < this.nextId && streamId % 2 === 1) return true;
    // It belongs to a pushed stream that we refused: it was on its way.
    if (streamId % 2 === 0 && !this.isAcknowledged) return true;
    this.fail(errorCodes.protocolError, `${type} on a stream that was never opened`);
    return false;
  }

  private finish(exchange: Exchange): void {
    // The answer is whole although the body is not: nobody wants the rest (RFC 9113, 8.1).
    if (exchange.sentBytes < exchange.request.body.length) this.reset(exchange.streamId, errorCodes.noError);
    this.forget(exchange);
    this.answered++;
    exchange.end();
    this.rest();
  }

  /** One stream broke the rules: the others go on. */
  private refuse(exchange: Exchange, code: number, message: string): void {
    this.reset(exchange.streamId, code);
    this.forget(exchange);
    exchange.fail(message);
    this.rest();
  }

  /** The peer broke the rules of the connection. */
  private fail(code: number, problem: string): void {
    if (this.isOver) return;
    this.out += framePrefix(8, frameTypes.goaway, 0) + word(0) + word(0) + word(code);
    this.flush();
    this.close();
    const exchanges = [...this.exchanges.values()];
    this.exchanges.clear();
    for (const exchange of exchanges) exchange.fail(`broken HTTP/2: ${problem} (${errorName(code)})`);
    this.owner.finished();
  }

  private forget(exchange: Exchange): void {
    this.idleFrames = 0;
    this.exchanges.delete(exchange.streamId);
    this.uploads.delete(exchange);
  }

  private drain(): void {
    this.isDraining = true;
    this.owner.changed();
    this.rest();
  }

  /** After a stream has ended. */
  private rest(): void {
    if (this.isOver) return;
    if (!this.isDraining) {
      this.owner.changed();
    } else if (this.exchanges.size === 0) {
      this.flush();
      this.close();
      this.owner.finished();
    }
  }

  private reset(streamId: number, code: number): void {
    this.append(framePrefix(4, frameTypes.rstStream, 0) + word(streamId) + word(code));
  }

  private appendLongHead({ block, body }: Http2Request, id: number): void {
    for (let from = 0; from < block.length; from += this.frameBytes) {
      const part = block.slice(from, from + this.frameBytes);
      const flags =
        (from + this.frameBytes >= block.length ? flagEndHeaders : 0) | (from === 0 && body === '' ? flagEndStream : 0);
      this.append(
        framePrefix(part.length, from === 0 ? frameTypes.headers : frameTypes.continuation, flags) + word(id) + part,
      );
    }
  }

  /** Sends as much of a body as windows and socket take. */
  private upload(exchange: Exchange): void {
    const { body } = exchange.request;
    while (exchange.sentBytes < body.length) {
      const length = Math.min(body.length - exchange.sentBytes, this.frameBytes, this.sendWindow, exchange.sendWindow);
      if (length <= 0 || this.owner.queuedBytes > mostQueuedBytes) {
        this.uploads.add(exchange);
        return;
      }
      const part = body.slice(exchange.sentBytes, exchange.sentBytes + length);
      this.idleFrames = 0;
      exchange.sentBytes += length;
      exchange.sendWindow -= length;
      this.sendWindow -= length;
      const flags = exchange.sentBytes === body.length ? flagEndStream : 0;
      this.append(framePrefix(length, frameTypes.data, flags) + word(exchange.streamId) + part);
    }
    this.uploads.delete(exchange);
  }

  /** Requests of one moment go out in one write: those that a read's answers made room for, or that one tick sends. */
  private append(text: string): void {
    if (this.isOver) return;
    this.out += text;
    if (this.out.length >= flushBytes) this.flush();
    else if (!this.isReading && !this.isFlushPlanned) {
      this.isFlushPlanned = true;
      process.nextTick(() => {
        this.isFlushPlanned = false;
        this.flush();
      });
    }
  }

  private flush(): void {
    if (this.out === '') return;
    const { out } = this;
    this.out = '';
    this.owner.write(out);
  }
}

const goawayMessage = (code: number): string => `connection shut down: ${errorName(code)}`;

/** Heads after the answer's are trailers, which end the stream and have no status. */
const findOrderProblem = (exchange: Exchange, { status }: AnswerHead, isLast: boolean): string => {
  if (exchange.hasHead) return status !== 0 ? 'two heads' : isLast ? '' : 'trailers before the end';
  if (status === 0) return 'no status';
  if (status === 101) return 'status 101';
  return status < 200 && isLast ? 'no answer after the first word' : '';
};
