import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';

export interface ScriptedServer extends AsyncDisposable {
  readonly port: number;
  /** Connections that were accepted. */
  readonly accepted: number;
  /** Requests in the order in which they came, as text. */
  readonly requests: readonly string[];
}

/** What a server does with a whole request: `socket` is its connection, `index` counts requests from 0. */
export type Script = (socket: Socket, request: string, index: number) => void;

/** An HTTP/1.1 server that does exactly what a test says, however wrong. */
export const startScriptedServer = async (script: Script, host = '127.0.0.1'): Promise<ScriptedServer> => {
  const sockets = new Set<Socket>();
  const requests: string[] = [];
  let accepted = 0;
  const server = createServer((socket) => {
    accepted++;
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
    let unread = '';
    socket.on('data', (bytes) => {
      unread += bytes.toString('latin1');
      for (let end = requestEnd(unread); end > 0; end = requestEnd(unread)) {
        const request = unread.slice(0, end);
        unread = unread.slice(end);
        requests.push(request);
        script(socket, request, requests.length - 1);
      }
    });
  });
  server.listen(0, host);
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    get accepted() {
      return accepted;
    },
    requests,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
};

/** 0 while the request is incomplete. */
const requestEnd = (text: string): number => {
  const headEnd = text.indexOf('\r\n\r\n');
  if (headEnd < 0) return 0;
  const length = Number(/\r\ncontent-length: *(\d+)/i.exec(text.slice(0, headEnd + 2))?.[1] ?? 0);
  const end = headEnd + 4 + length;
  return text.length >= end ? end : 0;
};

export const answer = (body: string, ...headers: string[]): string =>
  ['HTTP/1.1 200 OK', `Content-Length: ${Buffer.byteLength(body)}`, ...headers, '', body].join('\r\n');
