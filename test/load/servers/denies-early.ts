import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';

export interface DenyingServer extends AsyncDisposable {
  readonly port: number;
}

/**
 * Answers as soon as it has read the head, and closes with the body unread: the kernel then resets the connection, while the client
 * still sends. As `http-request deny` of HAProxy.
 */
export const startDenyingServer = async (answer: string): Promise<DenyingServer> => {
  const sockets = new Set<Socket>();
  const server = createServer({ highWaterMark: 1024 }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
    socket.once('data', () => {
      socket.pause();
      socket.write(answer, () => socket.destroy());
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
};
