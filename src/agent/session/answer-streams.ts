import type { ServerHttp2Stream } from 'node:http2';
import { connect } from 'node:net';
import type { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { PitwallError } from '../../base/index.ts';
import { openFile, writeFile } from '../disk/files.ts';
import type { Processes } from '../processes/processes.ts';
import { streams } from '../protocol.ts';
import { parseMessage } from './parse.ts';

/** How long a port or socket of this very host may take to accept. */
const acceptWithinMs = 5_000;

/** The requests that carry bytes; undefined for a path that is none of them. Each answers by itself once its status is known. */
export const findStreamHandler = (
  route: string,
  processes: Processes,
): ((stream: ServerHttp2Stream, query: unknown) => Promise<void>) | undefined => {
  switch (route) {
    case 'PUT /file':
      return async (stream, query) => {
        const { path, mode, uid, gid } = parseMessage(streams.writeFile, query);
        await writeFile(stream, {
          path,
          ...(mode === undefined ? {} : { mode }),
          ...(uid === undefined || gid === undefined ? {} : { owner: { uid, gid } }),
        });
        stream.respond({ ':status': 200 }, { endStream: true });
      };
    case 'GET /file':
      return async (stream, query) => {
        const { content, length } = await openFile(parseMessage(streams.readFile, query).path);
        stream.respond({ ':status': 200, 'content-length': length });
        await pipeline(content, stream);
      };
    case 'POST /pipes':
      return async (stream, query) => {
        const { stdin, stdout } = processes.pipes(parseMessage(streams.pipes, query).process);
        stream.respond({ ':status': 200 });
        feed(stream, stdin);
        await pipeline(stdout, stream).catch(() => stream.close());
      };
    case 'POST /connect':
      return async (stream, query) => {
        const target = parseMessage(streams.connect, query);
        const to = 'port' in target ? { host: target.address, port: target.port } : { path: target.socket };
        const socket = connect({ ...to, allowHalfOpen: true, noDelay: true });
        stream.once('close', () => socket.destroy());
        await new Promise<void>((resolve, reject) => {
          const late = () => reject(new PitwallError('host.refused', `No answer within ${acceptWithinMs / 1_000} s.`));
          const timer = setTimeout(late, acceptWithinMs);
          socket
            .once('connect', resolve)
            .once('error', reject)
            .once('close', () => clearTimeout(timer));
          socket.once('connect', () => clearTimeout(timer));
        }).catch((error: unknown) => {
          socket.destroy();
          throw error;
        });
        stream.respond({ ':status': 200 });
        await Promise.allSettled([pipeline(stream, socket), pipeline(socket, stream)]);
      };
    default:
      return undefined;
  }
};

/** Like `pipe`, but a process that has closed its input, or has ended, costs the stream nothing: it may still have things to say. */
const feed = (stream: Readable, stdin: Writable): void => {
  const discard = (): void => {
    stream.unpipe(stdin);
    stream.resume();
  };
  stream.once('close', () => stdin.end());
  if (stdin.destroyed) {
    discard();
    return;
  }
  stdin.once('error', discard).once('close', discard);
  stream.pipe(stdin);
};
