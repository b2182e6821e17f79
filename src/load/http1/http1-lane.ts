import type { Socket } from 'node:net';
import type { Clock } from '../../base/index.ts';
import type { Dialler } from '../dial/dial.ts';
import { failureMessage, isOwnFault } from '../dial/failure-message.ts';
import type { BytePool } from '../engine/byte-pool.ts';
import { CookieJar } from '../engine/cookie-jar.ts';
import type { Lane, LaneOwner } from '../engine/lane.ts';
import { AnswerFramer, type AnswerSink, answerBroken, answerMore, type HeadCache } from './answer-framer.ts';
import { EarlyAnswer, interceptDestroy } from './early-answer.ts';
import { RawStream } from './raw-stream.ts';
import { type WireRequest, withCookies } from './request-text.ts';

/** What the connections of a worker share. */
export interface Http1Shared {
  readonly clock: Clock;
  readonly owner: LaneOwner;
  readonly dialler: Dialler;
  /** Every connection reads into it: a read is framed before the next one happens. */
  readonly readBuffer: Uint8Array;
  readonly headCache: HeadCache;
  readonly carryPool: BytePool;
  /** By request index. */
  readonly requests: readonly WireRequest[];
  readonly keepsCookies: boolean;
}

/** A connection that was idle this long is looked at before it is written to: the server may have closed it. */
const longIdleNs = 20e6;
/** One that was opened this long before its first request may have been closed as an idle one. */
const longUnusedNs = 1e9;

/** One HTTP/1.1 connection, which is dialled again whenever a request finds it closed. */
export class Http1Lane implements Lane {
  readonly id: number;
  isBusy = false;
  readonly isWaiting = false;
  requestIndex = 0;
  dueNs = 0;
  sentNs = 0;
  firstByteNs = 0;
  failuresInRow = 0;
  wireBytes = 0;
  dialNs = 0;
  private readonly shared: Http1Shared;
  private readonly framer: AnswerFramer;
  private readonly jar: CookieJar | undefined;
  private sink: AnswerSink | undefined;
  private socket: Socket | undefined;
  /** Undefined until the connection is open. */
  private stream: RawStream | undefined;
  /** Since when the connection waits for a request. */
  private idleSinceNs = 0;
  /** Whether an answer came over this connection. */
  private isUsed = false;
  /** Whether the request may fail because the server had closed an idle connection, and nobody could know. */
  private mayRetry = false;
  /** A request that waits for a look at its connection. */
  private looking: NodeJS.Immediate | undefined;
  /** The request could not be sent whole; an answer to what was sent may still come. */
  private early: EarlyAnswer | undefined;

  constructor(id: number, shared: Http1Shared) {
    this.id = id;
    this.shared = shared;
    this.framer = new AnswerFramer(shared.headCache, { keepsCookies: shared.keepsCookies }, shared.carryPool);
    this.jar = shared.keepsCookies ? new CookieJar() : undefined;
  }

  get status(): number {
    return this.framer.status;
  }

  get headers(): Readonly<Record<string, string>> {
    return this.framer.headers;
  }

  get bodyBytes(): number {
    return this.framer.bodyBytes;
  }

  open(): Promise<void> {
    return new Promise((resolve) => {
      const socket = this.dial();
      socket.once(this.shared.dialler.isTls ? 'secureConnect' : 'connect', resolve);
      socket.once('close', () => resolve());
    });
  }

  send(requestIndex: number, nowNs: number, sink: AnswerSink | undefined): void {
    const { stream } = this;
    this.isBusy = true;
    this.requestIndex = requestIndex;
    this.sentNs = nowNs;
    this.sink = sink;
    this.mayRetry = false;
    this.begin();
    if (stream === undefined) {
      if (this.socket === undefined) this.dial();
      return;
    }
    const idleNs = nowNs - this.idleSinceNs;
    if (idleNs > longIdleNs) {
      // What the kernel knows of the server's end reaches the stream within this turn of the event loop.
      this.mayRetry = (this.isUsed || idleNs > longUnusedNs) && this.shared.requests[requestIndex]!.isIdempotent;
      this.looking = setImmediate(() => this.writeAfterLook());
      return;
    }
    this.mayRetry = this.isUsed && this.shared.requests[requestIndex]!.isIdempotent;
    this.write(stream);
  }

  abandon(): void {
    this.isBusy = false;
    this.close();
  }

  close(): void {
    const { socket } = this;
    // The framer's state stays readable: an answer may be judged after its connection was closed.
    this.socket = undefined;
    this.stream = undefined;
    this.isUsed = false;
    clearImmediate(this.looking);
    this.looking = undefined;
    this.early?.cancel();
    this.early = undefined;
    this.framer.dropCarry();
    socket?.destroy();
  }

  private begin(): void {
    this.firstByteNs = 0;
    this.wireBytes = 0;
    this.framer.begin(this.shared.requests[this.requestIndex]!.isHead, this.sink);
  }

  private writeAfterLook(): void {
    this.looking = undefined;
    if (this.stream !== undefined) this.write(this.stream);
  }

  private write(stream: RawStream): void {
    const { text, body } = this.shared.requests[this.requestIndex]!;
    const head = this.jar === undefined ? text : withCookies(text, this.jar.header);
    if (body !== undefined) stream.writeLarge(head, body);
    else if (!stream.write(head)) {
      // Refused whole: the connection was gone before, and the request has not been sent.
      this.close();
      this.dial();
    }
  }

  private dial(): Socket {
    const { clock, dialler, owner, readBuffer } = this.shared;
    const startNs = clock.nowNs();
    let stream: RawStream | undefined;
    const socket = dialler.dial({
      buffer: readBuffer,
      callback: (length) => {
        stream?.readPublic(length);
        // False would pause the socket; one that was closed meanwhile reads no more by itself.
        return true;
      },
    });
    this.socket = socket;
    interceptDestroy(socket, (error) => this.socket === socket && this.isEarly(error));
    socket.once(dialler.isTls ? 'secureConnect' : 'connect', () => {
      if (this.socket !== socket) return;
      const nowNs = clock.nowNs();
      const durationNs = nowNs - startNs;
      owner.dialled(durationNs);
      this.dialNs = durationNs;
      this.idleSinceNs = nowNs;
      stream = new RawStream(socket, dialler.isTls, (length) => {
        if (this.socket === socket) this.read(length);
      });
      this.stream = stream;
      if (this.isBusy) this.write(stream);
    });
    socket.on('end', () => this.ended(socket));
    socket.on('error', (error) => this.lost(socket, failureMessage(error), isOwnFault(error)));
    socket.on('close', () => this.lost(socket, 'connection closed'));
    return socket;
  }

  private read(length: number): void {
    const { framer, shared } = this;
    const nowNs = shared.clock.nowNs();
    if (!this.isBusy || this.looking !== undefined) {
      this.takeSurplus();
      return;
    }
    this.wireBytes += length;
    if (this.firstByteNs === 0) this.firstByteNs = nowNs;
    const end = framer.feed(shared.readBuffer, 0, length);
    if (framer.state === answerMore) {
      this.early?.refresh();
      return;
    }
    if (framer.state === answerBroken) {
      this.lost(this.socket, framer.problem);
      return;
    }
    if (end < length) {
      // Nobody asked for what follows: this connection can't be trusted to pair answers with requests.
      shared.owner.surplus();
      this.close();
    } else if (!framer.isKeptAlive || shared.requests[this.requestIndex]!.closes || this.isUnfinished()) {
      this.close();
    }
    this.succeed(nowNs);
  }

  /** Answered before the request was sent whole: what is left of it would stand before the next one (RFC 9112, 9.5). */
  private isUnfinished(): boolean {
    if (this.early !== undefined) return true;
    return this.shared.requests[this.requestIndex]!.body !== undefined && (this.socket?.writableLength ?? 0) > 0;
  }

  /** Bytes came before anything was asked. */
  private takeSurplus(): void {
    this.shared.owner.surplus();
    const isWaiting = this.looking !== undefined;
    this.close();
    if (isWaiting) this.dial();
  }

  private succeed(nowNs: number): void {
    this.isBusy = false;
    this.isUsed = this.socket !== undefined;
    this.idleSinceNs = nowNs;
    this.failuresInRow = 0;
    this.jar?.take(this.framer.cookies);
    this.shared.owner.answered(this, nowNs);
    // Told with the first answer on a connection; a dial for the next one ends after this.
    this.dialNs = 0;
  }

  /** A write failed, or the read after it: whether to read on before anything is done about it. */
  private isEarly(error: NodeJS.ErrnoException): boolean {
    if (this.early === undefined && error.syscall === 'write' && this.isBusy) {
      this.awaitEarlyAnswer(failureMessage(error));
      return true;
    }
    return false;
  }

  private awaitEarlyAnswer(message: string): void {
    const { socket } = this;
    this.early = new EarlyAnswer(message, () => {
      if (socket !== undefined) this.ended(socket);
    });
  }

  /** The peer has sent its last byte. */
  private ended(socket: Socket): void {
    if (this.socket !== socket) return;
    if (this.isBusy && this.looking === undefined && this.framer.end() === answerBroken) {
      this.lost(socket, this.early?.message ?? this.framer.problem);
      return;
    }
    if (this.looking !== undefined) {
      this.lost(socket, 'connection closed');
      return;
    }
    this.close();
    if (this.isBusy) this.succeed(this.shared.clock.nowNs());
  }

  private lost(socket: Socket | undefined, message: string, isOwn = false): void {
    if (this.socket !== socket || socket === undefined) return;
    const isUnsent = this.looking !== undefined;
    this.close();
    if (!this.isBusy) return;
    if (isUnsent) {
      this.dial();
      return;
    }
    if (this.mayRetry && this.firstByteNs === 0) {
      // RFC 9112, 9.3.1: once more, over a new connection. Its time runs from the first send.
      this.mayRetry = false;
      this.shared.owner.retried(this);
      this.begin();
      this.dial();
      return;
    }
    this.isBusy = false;
    this.failuresInRow++;
    this.shared.owner.failed(this, this.shared.clock.nowNs(), message, isOwn);
  }
}
