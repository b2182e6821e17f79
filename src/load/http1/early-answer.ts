import type { Socket } from 'node:net';

/** How long a connection whose write failed may stay silent before its answer is given up. */
const silenceMs = 50;

/**
 * Reads on after a write has failed: a server that has answered before it had the whole request closes its side, and the answer waits
 * in the kernel's buffer (RFC 9112, 9.5). The stream would throw it away with the connection.
 */
export class EarlyAnswer {
  /** What the write said. */
  readonly message: string;
  private readonly timer: NodeJS.Timeout;

  /** @param giveUp Is called when nothing more comes. */
  constructor(message: string, giveUp: () => void) {
    this.message = message;
    this.timer = setTimeout(giveUp, silenceMs);
  }

  /** Something came: there may be more. */
  refresh(): void {
    this.timer.refresh();
  }

  cancel(): void {
    clearTimeout(this.timer);
  }
}

/** Asks `onFailure` first when the stream is about to destroy its socket over an error; true keeps the socket open. */
export const interceptDestroy = (socket: Socket, onFailure: (error: NodeJS.ErrnoException) => boolean): void => {
  const destroy = socket.destroy.bind(socket);
  socket.destroy = (error?: Error) => (error !== undefined && onFailure(error) ? socket : destroy(error));
};
