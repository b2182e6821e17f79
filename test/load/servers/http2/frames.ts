/* A server of HTTP/2 frames by hand, for behaviours that no library has: it shares no code with the client under test. */
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';

export const types = {
  data: 0,
  headers: 1,
  rst: 3,
  settings: 4,
  push: 5,
  ping: 6,
  goaway: 7,
  window: 8,
  continuation: 9,
};
export const codes = { none: 0, protocol: 1, internal: 2, refused: 7, cancel: 8, calm: 11 };
export const flags = { ack: 1, endStream: 1, endHeaders: 4 };

export interface Frame {
  readonly type: number;
  readonly flags: number;
  readonly id: number;
  readonly payload: Buffer;
}

export const frame = (type: number, flag: number, id: number, payload: Uint8Array | readonly number[] = []): Buffer => {
  const bytes = Buffer.alloc(9 + payload.length);
  bytes.writeUIntBE(payload.length, 0, 3);
  bytes.writeUInt8(type, 3);
  bytes.writeUInt8(flag, 4);
  bytes.writeUInt32BE(id, 5);
  bytes.set(payload, 9);
  return bytes;
};

const words = (...values: readonly number[]): Buffer => {
  const bytes = Buffer.alloc(4 * values.length);
  for (const [index, value] of values.entries()) bytes.writeUInt32BE(value, 4 * index);
  return bytes;
};

/** `:status: 200` is entry 8 of the static table. */
export const status200 = [0x88];
export const answer = (id: number): Buffer => frame(types.headers, flags.endStream | flags.endHeaders, id, status200);
export const answerHead = (id: number, block: readonly number[] = status200): Buffer =>
  frame(types.headers, flags.endHeaders, id, block);
export const reset = (id: number, code: number): Buffer => frame(types.rst, 0, id, words(code));
export const goaway = (lastId: number, code: number): Buffer => frame(types.goaway, 0, 0, words(lastId, code));
export const settings = (...pairs: readonly (readonly [number, number])[]): Buffer =>
  frame(
    types.settings,
    0,
    0,
    Buffer.concat(pairs.map(([name, value]) => Buffer.concat([Buffer.from([0, name]), words(value)]))),
  );
export const mostStreams = 3;

/** A literal field that no table keeps. */
export const literal = (name: string, value: string): number[] => [
  0,
  name.length,
  ...Buffer.from(name),
  value.length,
  ...Buffer.from(value),
];

export interface FrameServer extends AsyncDisposable {
  readonly port: number;
  /** Connections so far, and requests that arrived on them. */
  readonly accepted: number;
  readonly requests: number;
}

/** The server's end of a connection. */
export interface Peer {
  readonly socket: Socket;
  send(...frames: readonly Buffer[]): void;
}

/** Calls the behaviour for each connection, and what it gives back for each frame of the client. */
export const serveFrames = async (behave: (peer: Peer) => (frame: Frame) => void): Promise<FrameServer> => {
  const sockets = new Set<Socket>();
  const seen = { accepted: 0, requests: 0 };
  const server = createServer((socket) => {
    seen.accepted++;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    const take = behave({ socket, send: (...frames) => void socket.write(Buffer.concat(frames)) });
    let rest = Buffer.alloc(0);
    let skip = 24;
    socket.on('data', (bytes) => {
      rest = Buffer.concat([rest, bytes]);
      if (skip > 0) {
        if (rest.length < skip) return;
        rest = rest.subarray(skip);
        skip = 0;
      }
      while (rest.length >= 9) {
        const length = rest.readUIntBE(0, 3);
        if (rest.length < 9 + length) return;
        const one = {
          type: rest[3]!,
          flags: rest[4]!,
          id: rest.readUInt32BE(5),
          payload: rest.subarray(9, 9 + length),
        };
        rest = rest.subarray(9 + length);
        if (one.type === types.headers) seen.requests++;
        take(one);
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    get accepted() {
      return seen.accepted;
    },
    get requests() {
      return seen.requests;
    },
    async [Symbol.asyncDispose]() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
};
