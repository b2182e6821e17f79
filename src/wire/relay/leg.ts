import type { Socket } from 'node:net';
import { findStreamBinding, type WriteRequest } from '../../base/index.ts';

/*
 * The way past Node's streams, as src/load/http1/raw-stream.ts has it for requests: reads land in one buffer that all connections
 * share, and writes go to libuv's handle directly. Streams allocate 64 KiB for each read and a request, a callback and a tick for
 * each write: 3 of the 6 us that a round trip takes in this process beside the kernel (docs/decisions/0011).
 *
 * None of it is public API, so none of it is trusted: it is used where the running Node has every piece that is needed, and on each
 * connection only after an ordinary read has shown that the pieces say what the public API says. TLS, and whatever does not
 * fit the kernel's buffer at once, go the public way.
 */

/** libuv's stream handle, as far as it is used here. */
interface RawHandle {
  onread: (this: unknown, ...args: unknown[]) => unknown;
  readonly reading: boolean;
  useUserBuffer(buffer: Buffer): void;
  readStart(): number;
  readStop(): number;
  /** Tries at once; what the kernel does not take is copied, and written when it does. */
  writeLatin1String(request: object, text: string): number;
}

/** Node tries text of up to this size at once. */
const maxRawBytes = 16 * 1024;

const binding = findStreamBinding();
/** Every raw read of this process. What is in it is valid until the next read, so it is copied or forwarded at once. */
const readBuffer = Buffer.allocUnsafeSlow(64 * 1024);

/** What a leg tells the channels that it belongs to. */
export interface LegEvents {
  /** `chunk` is valid during the call only. */
  readonly onChunk: (chunk: Buffer) => void;
  readonly onEnd: () => void;
  /** After a `write` that returned false: there is room again. */
  readonly onDrain: () => void;
}

/** One of the two connections that a relay joins: its bytes in and out. Errors and the end of its life are the socket's events. */
export class Leg {
  private readonly socket: Socket;
  private events: LegEvents | undefined;
  private handle: RawHandle | undefined;
  /** Free to write with; undefined while libuv has it. */
  private request: WriteRequest | undefined;
  /** Whether the raw way was tried, and taken or not. */
  private isSettled: boolean;
  private isStopped = false;
  /** Bytes were given to the socket that it may still hold: raw ones would overtake them. */
  private hasPublicBytes = false;

  constructor(socket: Socket) {
    this.socket = socket;
    // A TLS socket's writes wait for the cipher.
    this.isSettled = binding === undefined || 'encrypted' in socket;
  }

  /** Begins to read. */
  start(events: LegEvents): void {
    this.events = events;
    const { socket } = this;
    socket.on('data', (chunk: Buffer) => {
      if (!this.isSettled) this.prove(chunk.length);
      events.onChunk(chunk);
    });
    socket.on('end', events.onEnd);
    socket.on('drain', events.onDrain);
    // It may have been read before, and stopped.
    socket.resume();
  }

  /** Takes all of `chunk`; false: no more, please, before `onDrain`. */
  write(chunk: Buffer): boolean {
    const { handle, request } = this;
    if (handle === undefined || request === undefined || chunk.length > maxRawBytes || this.isPublicBusy()) {
      return this.writePublic(chunk);
    }
    const { socket } = this;
    if (socket.destroyed) return true;
    const status = handle.writeLatin1String(request, chunk.toString('latin1'));
    if (status !== 0) {
      socket.destroy(new Error(`write failed: ${status}`));
      return true;
    }
    if (binding!.streamBaseState[binding!.kLastWriteWasAsync] === 0) return true;
    this.request = undefined;
    return false;
  }

  end(): void {
    this.socket.end();
  }

  /** Whether its reader is stopped. */
  get isPaused(): boolean {
    return this.isStopped;
  }

  pause(): void {
    this.isStopped = true;
    if (this.handle === undefined) this.socket.pause();
    else if (!this.socket.destroyed) this.handle.readStop();
  }

  resume(): void {
    this.isStopped = false;
    if (this.handle === undefined) this.socket.resume();
    else if (!this.socket.destroyed) this.handle.readStart();
  }

  private isPublicBusy(): boolean {
    if (this.hasPublicBytes && this.socket.writableLength === 0) this.hasPublicBytes = false;
    return this.hasPublicBytes;
  }

  private writePublic(chunk: Buffer): boolean {
    this.hasPublicBytes = true;
    // The socket may keep it beyond this call.
    return this.socket.write(chunk.buffer === readBuffer.buffer ? Buffer.from(chunk) : chunk);
  }

  private newRequest(handle: RawHandle): WriteRequest {
    const request = new binding!.WriteWrap();
    request.handle = handle;
    request.oncomplete = (status) => {
      if (status !== 0) {
        this.socket.destroy(new Error(`write failed: ${status}`));
        return;
      }
      // A new one, because libuv's part of the old one is gone with it.
      this.request = this.newRequest(handle);
      if (!this.socket.writableNeedDrain) this.events!.onDrain();
    };
    return request;
  }

  /** Takes the raw way from the next read on, if that can be had. */
  private prove(length: number): void {
    const { socket } = this;
    const handle = (socket as unknown as { _handle?: RawHandle | null })._handle;
    const { streamBaseState, kReadBytesOrError } = binding!;
    // Bytes that the socket kept for a while say nothing about the last read: the next chunk may.
    if (socket.readableLength > 0 || streamBaseState[kReadBytesOrError] !== length) return;
    this.isSettled = true;
    if (
      typeof handle?.useUserBuffer !== 'function' ||
      typeof handle.writeLatin1String !== 'function' ||
      typeof handle.readStop !== 'function' ||
      typeof handle.readStart !== 'function' ||
      typeof handle.onread !== 'function' ||
      handle.reading !== true
    ) {
      return;
    }
    const ordinary = handle.onread;
    const { onChunk } = this.events!;
    handle.useUserBuffer(readBuffer);
    handle.onread = function (...args) {
      const read = streamBaseState[kReadBytesOrError]!;
      // The end and errors are the socket's to handle. Undefined keeps the read buffer as it is.
      if (read <= 0) return ordinary.apply(this, args);
      onChunk(readBuffer.subarray(0, read));
      return undefined;
    };
    this.request = this.newRequest(handle);
    this.handle = handle;
  }
}
