import { constants, type IncomingHttpHeaders, performServerHandshake, type ServerHttp2Stream } from 'node:http2';
import type { Duplex } from 'node:stream';
import { debuglog } from 'node:util';
import { describeThrown, PitwallError } from '../../base/index.ts';
import { calls, limits } from '../protocol.ts';
import { type AgentParts, createHandlers } from './answer-calls.ts';
import { findStreamHandler } from './answer-streams.ts';
import { collectBody } from './body.ts';
import { sessionOptions } from './options.ts';
import { parseMessage } from './parse.ts';

const debug = debuglog('pitwall:agent');

/**
 * Answers a controller on this stream until it breaks or ends, or until `gone` says that nothing more can come; never rejects. A session that
 * has told the other side of its mistake reads no more and does not notice the end of the stream by itself.
 */
export const serveController = (stream: Duplex, gone: Promise<void>, parts: AgentParts): Promise<void> =>
  new Promise((resolve) => {
    const handlers = createHandlers(parts);
    const session = performServerHandshake(stream, sessionOptions);
    session.on('stream', (request, headers) => {
      // A request that was given up has nobody who wants to hear of it.
      request.on('error', (error) => debug('%s: %s', headers[':path'], describeThrown(error)));
      answer(request, headers, parts, handlers).catch((error: unknown) => refuse(request, error));
    });
    session.on('error', (error) => debug('session: %s', describeThrown(error)));
    session.once('close', resolve);
    stream.once('close', () => {
      session.destroy();
      resolve();
    });
    stream.once('end', () => session.destroy());
    stream.on('error', (error) => debug('stream: %s', describeThrown(error)));
    void gone.then(() => {
      // Not `session.destroy()`: see docs/decisions/0017.
      stream.destroy();
      resolve();
    });
  });

const answer = async (
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
  parts: AgentParts,
  handlers: ReturnType<typeof createHandlers>,
): Promise<void> => {
  const url = parseTarget(headers[':path'] ?? '/');
  const route = `${headers[':method']} ${url.pathname}`;
  const name = /^POST \/call\/([\w-]+)$/.exec(route)?.[1];
  if (name !== undefined && Object.hasOwn(calls, name)) {
    const given = new AbortController();
    stream.once('close', () => given.abort(new PitwallError('host.lost', 'Nobody waits for the answer any more.')));
    const body = await collectBody(stream, limits.requestBytes);
    // Which of the calls it is, is known only now: its request and its answer belong together by the table.
    const call = calls[name as keyof typeof calls];
    const handler = handlers[name as keyof typeof calls] as (request: unknown, signal: AbortSignal) => unknown;
    const result = await handler(parseMessage<unknown>(call.request, body), given.signal);
    respond(stream, 200, result);
    return;
  }
  const streamed = findStreamHandler(route, parts.processes);
  if (streamed === undefined) throw new PitwallError('host.protocol', `There is no ${route.slice(0, 100)}.`);
  await streamed(stream, Object.fromEntries(url.searchParams));
};

const parseTarget = (target: string): URL => {
  try {
    return new URL(`http://agent${target}`);
  } catch (cause) {
    throw new PitwallError('host.protocol', `${JSON.stringify(target.slice(0, 100))} is no path.`, { cause });
  }
};

const respond = (stream: ServerHttp2Stream, status: number, body: unknown): void => {
  if (stream.destroyed || stream.closed) return;
  stream.respond({ ':status': status, 'content-type': 'application/json' });
  stream.end(JSON.stringify(body));
};

/** Says why not; where bytes have been sent already all that is left is to break off. */
const refuse = (stream: ServerHttp2Stream, error: unknown): void => {
  if (stream.headersSent) {
    stream.close(constants.NGHTTP2_INTERNAL_ERROR);
    return;
  }
  const code = error instanceof PitwallError ? error.code : 'host.refused';
  // A body that is too long is not read to its end.
  stream.resume();
  respond(stream, 400, { code, message: describeThrown(error) });
};
