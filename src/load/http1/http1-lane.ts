import type { Socket } from 'node:net';
import type { Clock } from '../../base/index.ts';
import { CookieJar } from '../cookie-jar.ts';
import type { Dialler } from '../dial.ts';
import { failureMessage } from '../failure-message.ts';
import type { Lane, LaneOwner } from '../lane.ts';
import { AnswerFramer, type AnswerSink, answerBroken, answerMore, type HeadCache } from './answer-framer.ts';
import { RawStream } from './raw-stream.ts';
import { withCookies } from './request-text.ts';

/** What the connections of a worker share. */
export interface Http1Shared {
  readonly clock: Clock;
  readonly owner: LaneOwner;
  readonly dialler: Dialler;
  /** Every connection reads into it: a read is framed before the next one happens. */
  readonly readBuffer: Uint8Array;
  readonly headCache: HeadCache;
  /** By request index. */
  readonly texts: readonly string[];
  readonly isHead: readonly boolean[];
  readonly keepsCookies: boolean;
}

/** One HTTP/1.1 connection, which is dialled again whenever a request finds it closed. */
export class Http1Lane implements Lane {
  readonly id: number;
  isBusy = false;
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
  private socket: Socket | undefined;
  /** Undefined until the connection is open. */
  private stream: RawStream | undefined;

  constructor(id: number, shared: Http1Shared) {
    this.id = id;
    this.shared = shared;
    this.framer = new AnswerFramer(shared.headCache, { keepsCookies: shared.keepsCookies });
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
    this.isBusy = true;
    this.requestIndex = requestIndex;
    this.sentNs = nowNs;
    this.firstByteNs = 0;
    this.wireBytes = 0;
    this.framer.begin(this.shared.isHead[requestIndex], sink);
    if (this.stream !== undefined) this.write(this.stream);
    else if (this.socket === undefined) this.dial();
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
    socket?.destroy();
  }

  private write(stream: RawStream): void {
    const text = this.shared.texts[this.requestIndex]!;
    if (stream.write(this.jar === undefined ? text : withCookies(text, this.jar.header))) return;
    const { socket } = this;
    process.nextTick(() => this.lost(socket, 'connection reset by peer'));
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
    socket.once(dialler.isTls ? 'secureConnect' : 'connect', () => {
      if (this.socket !== socket) return;
      const durationNs = clock.nowNs() - startNs;
      owner.dialled(durationNs);
      this.dialNs = durationNs;
      stream = new RawStream(socket, dialler.isTls, (length) => {
        if (this.socket === socket) this.read(length);
      });
      this.stream = stream;
      if (this.isBusy) this.write(stream);
    });
    socket.on('end', () => this.ended(socket));
    socket.on('error', (error) => this.lost(socket, failureMessage(error)));
    socket.on('close', () => this.lost(socket, 'connection closed'));
    return socket;
  }

  private read(length: number): void {
    const { framer, shared } = this;
    const nowNs = shared.clock.nowNs();
    if (!this.isBusy) {
      shared.owner.surplus();
      this.close();
      return;
    }
    this.wireBytes += length;
    if (this.firstByteNs === 0) this.firstByteNs = nowNs;
    const end = framer.feed(shared.readBuffer, 0, length);
    if (framer.state === answerMore) return;
    if (framer.state === answerBroken) {
      this.lost(this.socket, framer.problem);
      return;
    }
    if (end < length) {
      // Nobody asked for what follows: this connection can't be trusted to pair answers with requests.
      shared.owner.surplus();
      this.close();
    } else if (!framer.isKeptAlive) {
      this.close();
    }
    this.succeed(nowNs);
  }

  private succeed(nowNs: number): void {
    this.isBusy = false;
    this.failuresInRow = 0;
    this.jar?.take(this.framer.cookies);
    this.shared.owner.answered(this, nowNs);
    // Told with the first answer on a connection; a dial for the next one ends after this.
    this.dialNs = 0;
  }

  /** The peer has sent its last byte. */
  private ended(socket: Socket): void {
    if (this.socket !== socket) return;
    if (this.isBusy && this.framer.end() === answerBroken) {
      this.lost(socket, this.framer.problem);
      return;
    }
    this.close();
    if (this.isBusy) this.succeed(this.shared.clock.nowNs());
  }

  private lost(socket: Socket | undefined, message: string): void {
    if (this.socket !== socket || socket === undefined) return;
    this.close();
    if (!this.isBusy) return;
    this.isBusy = false;
    this.failuresInRow++;
    this.shared.owner.failed(this, this.shared.clock.nowNs(), message);
  }
}
