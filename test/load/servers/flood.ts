import type { Socket } from 'node:net';

/** Writes without an end, as fast as the other side reads. */
export const flood = (socket: Socket, part: string | Buffer | (() => string)): void => {
  const next = typeof part === 'function' ? part : () => part;
  const write = (): void => {
    while (!socket.destroyed && socket.write(next(), 'latin1'));
  };
  socket.on('drain', write);
  write();
};
