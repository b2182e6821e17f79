import { randomBytes } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { PitwallError } from '../../base/index.ts';
import { type Doorway, findRefusal, type IncomingRequest } from './guard.ts';
import { createWaitingRoom } from './waiting-room.ts';

export interface WebServer extends AsyncDisposable {
  /** Where people go: with the token, without which nothing is shown. */
  readonly url: string;
}

const loopback = '127.0.0.1';
const [mostConnections, mostStrangers] = [256, 64];

/** Headers of every answer. The policy of a page comes with the page. */
const safeHeaders = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
} as const;

/**
 * A web server on loopback whose address holds a random token. It answers GET only, to its own Host and Origin only,
 * and nothing but the routes that `addRoutes` adds below the token.
 *
 * @param port 0 lets the system choose.
 * @throws PitwallError `usage.invalid` when the port is taken.
 */
export const startWebServer = async (port: number, addRoutes: (app: FastifyInstance) => void): Promise<WebServer> => {
  const token = randomBytes(18).toString('base64url');
  let door: Doorway | undefined;
  const refusal = (request: IncomingRequest): number | undefined =>
    door === undefined ? 503 : findRefusal(request, door);
  const refuse = (reply: FastifyReply, status: number) =>
    reply.headers(safeHeaders).code(status).type('text/plain').send('Refused.\n');
  // Loaded here: most commands show no page.
  const { fastify } = await import('fastify');
  const app = fastify({
    // What the router cannot decode does not reach the hook below.
    frameworkErrors: (_, request, reply) => void refuse(reply, refusal(request) ?? 400),
    bodyLimit: 1_024,
    // Names of sweep points are long, and a percent sign makes three characters of one.
    routerOptions: { maxParamLength: 4_096 },
    forceCloseConnections: true,
    requestTimeout: 10_000,
    http: { maxHeaderSize: 8_192 },
    exposeHeadRoutes: true,
  });
  const strangers = createWaitingRoom(mostStrangers);
  app.server.on('connection', (socket) => strangers.enter(socket));
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(safeHeaders);
    const status = refusal(request);
    if (status !== undefined) return refuse(reply, status);
    strangers.leave(request.raw.socket);
  });
  app.setNotFoundHandler((_, reply) => reply.code(404).type('text/plain').send('Not here.\n'));
  app.register(async (below) => addRoutes(below), { prefix: `/${token}` });
  app.server.maxConnections = mostConnections;
  try {
    await app.listen({ host: loopback, port });
  } catch (cause) {
    throw new PitwallError('usage.invalid', `The page cannot be served on ${loopback}:${port}.`, { cause });
  }
  const { port: own } = app.server.address() as AddressInfo;
  door = { port: own, token, hostnames: [loopback, 'localhost'] };
  return {
    url: `http://${loopback}:${own}/${token}/`,
    [Symbol.asyncDispose]: () => app.close(),
  };
};
