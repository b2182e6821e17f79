import type { Socket } from 'node:net';

/** Requests up to this size are written past the stream machinery; larger ones may need its queue. */
const maxRawBytes = 4096;

/** The part of libuv's stream handle that is used here. It is not public API, so every use is guarded. */
interface RawHandle {
  writeLatin1String(request: object, text: string): number;
  readonly writeQueueSize: number;
}

type WriteRequest = new () => { oncomplete?: () => void; handle?: object };

/** Node's own class for writes on their way, seen on the first ordinary write; without it all writes stay ordinary. */
let writeRequest: WriteRequest | undefined;

/**
 * Writes requests to a socket. `socket.write` costs a write request, a callback and a tick of the event loop each time; a request
 * of a few hundred bytes on a connection that carries one at a time always fits the kernel's buffer, so it goes to the handle
 * directly. What doesn't fit, TLS, and a Node without that handle take the public way.
 */
export class RawWriter {
  private readonly socket: Socket;
  private readonly handle: RawHandle | undefined;
  private request: object | undefined;

  constructor(socket: Socket, isPlain: boolean) {
    this.socket = socket;
    this.handle = isPlain ? rawHandleOf(socket) : undefined;
  }

  /** Writes Latin-1 text. Returns false when the socket refused it at once. */
  write(text: string): boolean {
    const { handle } = this;
    if (handle === undefined || text.length > maxRawBytes) {
      this.socket.write(text, 'latin1');
      return true;
    }
    if (this.request === undefined) {
      if (writeRequest === undefined) {
        learnWriteRequest(handle, () => this.socket.write(text, 'latin1'));
        return true;
      }
      this.request = newRequest(writeRequest, handle);
    }
    const code = handle.writeLatin1String(this.request, text);
    if (code !== 0) return false;
    // Still on its way: libuv owns the request until it is written, so the next one needs its own.
    if (handle.writeQueueSize > 0) this.request = undefined;
    return true;
  }
}

const rawHandleOf = (socket: Socket): RawHandle | undefined => {
  const handle = (socket as unknown as { _handle?: Partial<RawHandle> | null })._handle;
  return handle && typeof handle.writeLatin1String === 'function' && typeof handle.writeQueueSize === 'number'
    ? (handle as RawHandle)
    : undefined;
};

const newRequest = (WriteRequestOfNode: WriteRequest, handle: object): object => {
  const request = new WriteRequestOfNode();
  request.handle = handle;
  request.oncomplete = () => {};
  return request;
};

/** Looks over the shoulder of one ordinary write. */
const learnWriteRequest = (handle: RawHandle, write: () => void): void => {
  const own = handle.writeLatin1String;
  handle.writeLatin1String = (request, text) => {
    if (request.constructor.name === 'WriteWrap') writeRequest = request.constructor as WriteRequest;
    return own.call(handle, request, text);
  };
  try {
    write();
  } finally {
    Reflect.deleteProperty(handle, 'writeLatin1String');
  }
};
