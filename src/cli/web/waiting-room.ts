import type { Socket } from 'node:net';

/** Connections that have not shown the token yet. */
export interface WaitingRoom {
  enter(socket: Socket): void;
  /** It has shown the token. */
  leave(socket: Socket): void;
}

/**
 * Keeps places for those who have the token: of the others at most so many wait, and the one that has waited longest makes room.
 * Whoever knows the token shows it with the first request.
 */
export const createWaitingRoom = (most: number): WaitingRoom => {
  const waiting = new Set<Socket>();
  return {
    enter(socket) {
      waiting.add(socket);
      socket.once('close', () => waiting.delete(socket));
      const [oldest] = waiting;
      if (waiting.size > most) oldest?.destroy();
    },
    leave: (socket) => void waiting.delete(socket),
  };
};
