import type { Socket } from 'node:net';
import type { Clock } from '../../base/index.ts';
import type { Dialler } from '../dial/dial.ts';
import { failureMessage, isOwnFault } from '../dial/failure-message.ts';
import { RawStream } from '../http1/raw-stream.ts';
import type { AnswerHeadReader } from './answer-head.ts';
import { type Exchange, Http2Session, type SessionOwner } from './session.ts';

/** What the links of a worker share. */
export interface LinkShared {
  readonly clock: Clock;
  readonly dialler: Dialler;
  /** Every link reads into it: a read is taken apart before the next one happens. */
  readonly readBuffer: Buffer;
  readonly heads: AnswerHeadReader;
}

/** Who uses a link. */
export interface LinkOwner {
  opened(link: Http2Link, dialNs: number): void;
  changed(link: Http2Link): void;
  refused(exchanges: readonly Exchange[], message: string, isProgress: boolean): void;
  /** It is closed. What had been on its way has been told. `isOwn`: the machine of the client lacked what it takes to open it. */
  closed(link: Http2Link, message: string, isOwn: boolean): void;
}

/** A session with its socket. */
export class Http2Link implements SessionOwner {
  readonly session: Http2Session;
  isOpen = false;
  private readonly owner: LinkOwner;
  private readonly socket: Socket;
  private stream: RawStream | undefined;
  private isClosed = false;

  constructor({ clock, dialler, readBuffer, heads }: LinkShared, owner: LinkOwner) {
    this.owner = owner;
    this.session = new Http2Session(this, heads);
    const startNs = clock.nowNs();
    this.socket = dialler.dial({
      buffer: readBuffer,
      callback: (length) => {
        this.stream?.readPublic(length);
        return true;
      },
    });
    const { session, socket } = this;
    socket.once(dialler.isTls ? 'secureConnect' : 'connect', () => {
      if (this.isClosed) return;
      this.stream = new RawStream(socket, dialler.isTls, (length) => {
        if (!this.isClosed) session.read(readBuffer, 0, length);
      });
      this.isOpen = true;
      session.begin();
      owner.opened(this, clock.nowNs() - startNs);
    });
    socket.on('drain', () => session.drained());
    socket.on('end', () => this.lost('connection closed before an answer'));
    socket.on('error', (error) => this.lost(failureMessage(error), isOwnFault(error)));
    socket.on('close', () => this.lost('connection closed before an answer'));
  }

  get queuedBytes(): number {
    return this.socket.writableLength;
  }

  write(text: string): void {
    if (this.isClosed) return;
    // What waits in the socket's own queue goes first.
    if (this.socket.writableLength > 0 || this.stream === undefined) this.socket.write(text, 'latin1');
    else if (!this.stream.write(text)) process.nextTick(() => this.lost('connection reset by peer'));
  }

  changed(): void {
    this.owner.changed(this);
  }

  refused(exchanges: readonly Exchange[], message: string, isProgress: boolean): void {
    this.owner.refused(exchanges, message, isProgress);
  }

  finished(): void {
    if (this.isClosed) return;
    this.close();
    this.owner.closed(this, 'connection closed', false);
  }

  /** Closes it without telling anybody. A peer that reads nothing keeps nothing: what is not sent yet is dropped. */
  close(): void {
    this.isClosed = true;
    this.session.close();
    this.socket.destroy();
  }

  private lost(message: string, isOwn = false): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.socket.destroy();
    this.session.lost(message);
    this.owner.closed(this, message, isOwn);
  }
}
