import { randomBytes } from 'node:crypto';
import { connect, createServer, type Socket } from 'node:net';
import type { Readable, Writable } from 'node:stream';

/** A byte stream, whatever it is made of; both may be the same object. */
export interface ByteStream {
  readonly readable: Readable;
  readonly writable: Writable;
}

/**
 * A socket that is joined to a byte stream, and ends with it. HTTP/2 gets a socket because Node drives it in C++ there; on any other
 * stream it goes through a wrapper that throws assertions past every handler when a broken peer's bytes arrive while the session ends.
 * `onBytes` sees what comes.
 */
export const openSocketFor = async (
  { readable, writable }: ByteStream,
  onBytes: (chunk: Buffer) => void = () => {},
): Promise<Socket> => {
  const [socket, far] = await createSocketPair();
  const end = (): void => {
    far.destroy();
    readable.destroy();
    writable.destroy();
  };
  readable.on('data', onBytes);
  for (const stream of new Set([far, readable, writable])) stream.on('error', end);
  writable.once('close', end);
  // What ended as it should is passed on by `pipe`, behind what came before it.
  readable.once('close', () => readable.readableEnded || end());
  far.once('close', () => (far.readableEnded ? readable.destroy() : end()));
  readable.pipe(far);
  far.pipe(writable);
  if (readable.destroyed || writable.destroyed) end();
  return socket;
};

/** Two sockets that are connected to each other, through a name that is nowhere in the file system and gone when they are. */
const createSocketPair = async (): Promise<readonly [Socket, Socket]> => {
  const name = `\0pitwall-${randomBytes(16).toString('hex')}`;
  const token = randomBytes(32);
  const server = createServer();
  try {
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(name, resolve));
    const accepted = new Promise<Socket>((resolve) => {
      // Anybody on this machine may see the name and connect, but only we know what to say.
      server.on('connection', (other) =>
        other
          .on('error', () => {})
          .once('data', (said) => {
            other.pause();
            if (said.equals(token)) resolve(other);
            else other.destroy();
          }),
      );
    });
    const socket = connect(name);
    await new Promise<void>((resolve, reject) => socket.once('error', reject).once('connect', resolve));
    socket.write(token);
    const far = await accepted;
    return [socket, far];
  } finally {
    server.close();
  }
};
