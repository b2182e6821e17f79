import { type ClientHttp2Stream, constants, type IncomingHttpHeaders } from 'node:http2';
import {
  type ByteStream,
  type CallAnswer,
  type CallName,
  type CallRequest,
  calls,
  collectBody,
  limits,
  parseMessage,
  refusal,
} from '../agent/index.ts';
import { PitwallError } from '../base/index.ts';
import { type LinkOptions, openLink } from './link.ts';

/** The controller's end of the stream to an agent. */
export interface Connection {
  /** Asks, and checks the answer. Rejects with the agent's own error, `host.lost`, `host.protocol`, or the signal's reason. */
  call<N extends CallName>(name: N, request: CallRequest<N>, signal?: AbortSignal): Promise<CallAnswer<N>>;
  /** A request that carries bytes. */
  open(method: 'GET' | 'PUT' | 'POST', path: string, query: Readonly<Record<string, string>>): OpenStream;
  /** Resolves when the connection broke before it was closed. */
  readonly lost: Promise<PitwallError>;
  /** Lets go of the stream: the agent takes that for its end. */
  close(): void;
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: () => Promise<unknown>;
}

export interface OpenStream {
  readonly stream: ClientHttp2Stream;
  /** Resolves when the agent has said yes. */
  readonly accepted: Promise<IncomingHttpHeaders>;
}

/** These take as long as what they wait for. */
const patient: ReadonlySet<CallName> = new Set(['wait', 'run', 'stop', 'capture', 'keep-folder', 'remove', 'end-now']);
const answerWithinMs = 60_000;

export const openConnection = async (given: ByteStream, options: LinkOptions): Promise<Connection> => {
  const { request, explainBreak, lost, close } = await openLink(given, options);
  const answerTo = async (opened: ClientHttp2Stream): Promise<Answer> => {
    const headers = await awaitResponse(opened);
    const body = async (): Promise<unknown> => {
      try {
        return await collectBody(opened, limits.answerBytes);
      } catch (error) {
        // What was cut short is no message either, but that is not what is wrong with it.
        throw opened.rstCode ? new Error(`closed with code ${opened.rstCode}`) : error;
      }
    };
    return { status: Number(headers[':status']), headers, body };
  };
  const refusalIn = (body: unknown): PitwallError => {
    const { code, message } = parseMessage(refusal, body);
    return new PitwallError(code, message);
  };

  return {
    lost,
    async call(callName, message, signal) {
      signal?.throwIfAborted();
      const opened = request({ ':method': 'POST', ':path': `/call/${callName}` });
      const onAbort = (): void => opened.close(constants.NGHTTP2_CANCEL);
      const late = patient.has(callName)
        ? undefined
        : setTimeout(
            () =>
              opened.destroy(
                new PitwallError('host.lost', `Host ${options.name} did not answer ${callName} within 60 s.`),
              ),
            answerWithinMs,
          ).unref();
      signal?.addEventListener('abort', onAbort, { once: true });
      try {
        opened.end(JSON.stringify(message));
        const answer = await answerTo(opened);
        const body = await answer.body();
        if (answer.status !== 200) throw refusalIn(body);
        // Which answer belongs to which call is what the table says.
        return parseMessage(calls[callName].answer as never, body) as CallAnswer<typeof callName>;
      } catch (error) {
        signal?.throwIfAborted();
        opened.close(constants.NGHTTP2_CANCEL);
        throw await explainBreak(error);
      } finally {
        clearTimeout(late);
        signal?.removeEventListener('abort', onAbort);
      }
    },
    open(method, path, query) {
      const opened = request({ ':method': method, ':path': `${path}?${new URLSearchParams(query)}` });
      const accepted = (async () => {
        try {
          const answer = await answerTo(opened);
          if (answer.status !== 200) throw refusalIn(await answer.body());
          return answer.headers;
        } catch (error) {
          opened.close(constants.NGHTTP2_CANCEL);
          throw await explainBreak(error);
        }
      })();
      accepted.catch(() => {});
      return { stream: opened, accepted };
    },
    close,
  };
};

const awaitResponse = (stream: ClientHttp2Stream): Promise<IncomingHttpHeaders> =>
  new Promise((resolve, reject) => {
    stream.once('response', resolve);
    stream.once('error', reject);
    stream.once('close', () => reject(new Error(`closed with code ${stream.rstCode}`)));
  });

/** For what an agent does by itself when it loses its controller. */
export const ignoreLoss = (error: unknown): void => {
  if (!(error instanceof PitwallError && (error.code === 'host.lost' || error.code === 'host.protocol'))) throw error;
};
