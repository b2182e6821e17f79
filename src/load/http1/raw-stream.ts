import type { Socket } from 'node:net';
import { findStreamBinding } from '../../base/index.ts';
import { maxTextBytes } from './request-text.ts';

/*
 * The way past Node's stream machinery, for one connection with one small request at a time: requests go to libuv's handle
 * directly, and reads come from it directly. Streams cost a write request, a callback, a tick and several closures each time,
 * about 1.5 us of the 12 that a request takes in all: bench/load/raw-stream.ts.
 *
 * None of it is public API, so none of it is trusted: it is used where the running Node has every piece that is needed, and on each
 * connection only after an ordinary read has shown that the pieces say what the public API says. Else all goes the public way.
 */

/** libuv's stream handle, as far as it is used here. */
interface RawHandle {
  onread: (this: unknown, ...args: unknown[]) => unknown;
  writeLatin1String(request: object, text: string): number;
}

const binding = findStreamBinding();

/** One connection's bytes in and out. */
export class RawStream {
  private readonly socket: Socket;
  private readonly onRead: (length: number) => void;
  private handle: RawHandle | undefined;
  private request: object | undefined;
  /** Whether the raw way was tried, and taken or not. */
  private isSettled: boolean;

  /**
   * @param isTls A TLS socket stays on the public way: its writes wait for the cipher.
   * @param onRead Is called with the length of each read, by the raw way once there is one.
   */
  constructor(socket: Socket, isTls: boolean, onRead: (length: number) => void) {
    this.socket = socket;
    this.isSettled = isTls;
    this.onRead = onRead;
  }

  /** Takes a read that came the public way, and the raw way from the next one on if that can be had. */
  readPublic(length: number): void {
    if (!this.isSettled) this.prove(length);
    this.onRead(length);
  }

  /** Writes Latin-1 text. Returns false when the socket refused it at once and whole. */
  write(text: string): boolean {
    const { handle, request } = this;
    if (handle === undefined || request === undefined || text.length > maxTextBytes) {
      this.socket.write(text, 'latin1');
      return true;
    }
    if (handle.writeLatin1String(request, text) !== 0) return false;
    // Still on its way: libuv owns that request until it is written, so the next one goes the public way, behind it.
    if (binding!.streamBaseState[binding!.kLastWriteWasAsync] !== 0) this.request = undefined;
    return true;
  }

  /** Writes a head and a body by the stream's queue, without copying the body. */
  writeLarge(head: string, body: Buffer): void {
    const { socket } = this;
    socket.cork();
    socket.write(head, 'latin1');
    socket.write(body);
    socket.uncork();
  }

  private prove(length: number): void {
    this.isSettled = true;
    const handle = (this.socket as unknown as { _handle?: RawHandle | null })._handle;
    if (
      binding === undefined ||
      typeof handle?.writeLatin1String !== 'function' ||
      typeof handle.onread !== 'function' ||
      binding.streamBaseState[binding.kReadBytesOrError] !== length
    ) {
      return;
    }
    const { streamBaseState, kReadBytesOrError, WriteWrap } = binding;
    const { onRead } = this;
    const ordinary = handle.onread;
    handle.onread = function (...args) {
      const read = streamBaseState[kReadBytesOrError]!;
      // The end and errors are the stream's to handle. Undefined keeps the read buffer as it is.
      if (read <= 0) return ordinary.apply(this, args);
      onRead(read);
      return undefined;
    };
    const request = new WriteWrap();
    request.handle = handle;
    request.oncomplete = () => {};
    this.request = request;
    this.handle = handle;
  }
}
