import { randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';

const lowestPort = 20_000;

/**
 * Gives ports of an address that nothing listens on, each once. They lie below the range from which the kernel takes ports for
 * outgoing connections (32768 on, usually): one that such a connection has could not be listened on a moment later.
 */
export const createPortGiver = (): ((address: string) => Promise<number>) => {
  const given = new Set<number>();
  return async (address) => {
    const end = readFirstOutgoingPort();
    for (let tries = 0; end > lowestPort + 1_000 && tries < 100; tries += 1) {
      const port = randomInt(lowestPort, end);
      if (given.has(port)) continue;
      given.add(port);
      if ((await listen(address, port).catch(() => undefined)) !== undefined) return port;
    }
    return listen(address, 0);
  };
};

const readFirstOutgoingPort = (): number => {
  try {
    return Number.parseInt(readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8'), 10) || 0;
  } catch {
    return 0;
  }
};

const listen = (host: string, port: number): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ host, port, exclusive: true }, () => {
      const address = server.address();
      server.close(() => (typeof address === 'object' && address !== null ? resolve(address.port) : reject(address)));
    });
  });
