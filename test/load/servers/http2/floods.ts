import type { Socket } from 'node:net';
import { type FrameServer, serveFrames, settings, types } from './frames.ts';

/** Answers a request with the same bytes without an end, as fast as the client takes them. */
export const floods = (begin: (id: number) => Buffer, again: (id: number) => Buffer): Promise<FrameServer> =>
  serveFrames((peer) => {
    peer.send(settings());
    return ({ type, id }) => {
      if (type !== types.headers) return;
      peer.send(begin(id));
      const bytes = Buffer.concat(Array.from({ length: 64 }, () => again(id)));
      flood(peer.socket, bytes);
    };
  });

const flood = (socket: Socket, bytes: Buffer): void => {
  if (socket.destroyed) return;
  if (socket.write(bytes)) setImmediate(() => flood(socket, bytes));
  else socket.once('drain', () => flood(socket, bytes));
};
