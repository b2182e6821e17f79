import { type ClientHttp2Session, type ClientHttp2Stream, connect } from 'node:http2';
import type { Duplex } from 'node:stream';
import { type ByteStream, openSocketFor, sessionOptions } from '../agent/index.ts';
import { describeThrown, PitwallError } from '../base/index.ts';

/** An HTTP/2 session over the stream to an agent, and the one reason why it ended. */
export interface Link {
  /** A new request. @throws PitwallError why there can be none: the reason of the loss, or that it was closed. */
  request(headers: Readonly<Record<string, string>>): ClientHttp2Stream;
  /** What a broken request means: the whole session's end comes a moment after that of its requests. */
  explainBreak(error: unknown): Promise<Error>;
  /** Resolves when it broke before it was closed. */
  readonly lost: Promise<PitwallError>;
  close(): void;
}

export interface LinkOptions {
  /** The host's, in messages. */
  readonly name: string;
  /** More about an end that was not asked for, e.g. what the agent printed. */
  readonly explain?: () => string;
}

/** The most of a stranger's words that an error quotes. */
const quotedBytes = 80;
/** Byte 3 of a frame is its type; a server's first is SETTINGS (RFC 9113, 3.4). */
const settingsType = 4;

/** Watches how a stream begins; the text is a stranger's first words, undefined where it began as HTTP/2 does. */
const createGreeter = (): { hear(chunk: Buffer): void; strangerSaid(): string | undefined } => {
  let began = Buffer.alloc(0);
  return {
    hear(chunk) {
      if (began.length < quotedBytes) began = Buffer.concat([began, chunk.subarray(0, quotedBytes)]);
    },
    strangerSaid: () => (began.length < 4 || began[3] === settingsType ? undefined : began.toString('latin1')),
  };
};

/** A ping each so often; after so many without a sign of life the host is lost. Counted in turns of this process: one that slept itself has missed nothing. */
const pingEveryMs = 1_000;
const missedPings = 10;

/** The session has read the last bytes by then, and says itself what was wrong with them. */
const endHeardWithinMs = 500;

type Lose = (code: 'host.lost' | 'host.protocol', text: string, cause?: unknown) => void;

/** @throws PitwallError what ended the stream before there was a session. */
export const openLink = async (given: ByteStream, { name, explain = () => '' }: LinkOptions): Promise<Link> => {
  const greeter = createGreeter();
  let hearStranger = (): void => {};
  const stream = await openSocketFor(given, (chunk) => {
    greeter.hear(chunk);
    hearStranger();
  });
  const session = connect('http://agent', { ...sessionOptions, createConnection: () => stream });
  let isClosed = false;
  let reason: PitwallError | undefined;
  let tellLost: (error: PitwallError) => void;
  const lost = new Promise<PitwallError>((resolve) => {
    tellLost = resolve;
  });
  /** The socket goes, and the session with it. Not `session.destroy()`: Node has crashed where requests waited to be sent (docs/decisions/0017). */
  const end = (): void => void stream.destroy();
  const lose: Lose = (code, text, cause) => {
    if (isClosed || reason !== undefined) return;
    reason = new PitwallError(code, `Host ${name}: ${text}.${explain()}`, cause === undefined ? {} : { cause });
    tellLost(reason);
    end();
  };
  hearStranger = () => {
    const said = greeter.strangerSaid();
    // HTTP/2 itself would wait for the rest of what it takes for a frame.
    if (said !== undefined)
      lose('host.protocol', `what came from its agent is not the protocol; it began with ${JSON.stringify(said)}`);
  };
  // It may have begun before there was anybody to tell.
  hearStranger();
  watchEnd(given, stream, session, lose);
  const stopPinging = keepPinging(stream, session, lose);
  const lostError = (): PitwallError =>
    reason ?? new PitwallError('host.lost', `Host ${name}: the connection was closed.`);
  return {
    lost,
    request(headers) {
      if (isClosed || reason !== undefined || session.destroyed || session.closed) throw lostError();
      const opened = session.request(headers, { endStream: false });
      // Whoever reads or writes hears of it there; nobody has to.
      opened.on('error', () => {});
      return opened;
    },
    async explainBreak(error) {
      await new Promise((resolve) => setImmediate(resolve));
      if (reason !== undefined || session.destroyed || isClosed) return lostError();
      if (error instanceof PitwallError) return error;
      return new PitwallError('host.refused', `Host ${name}: the answer broke off (${describeThrown(error)}).`, {
        cause: error,
      });
    },
    close() {
      isClosed = true;
      stopPinging();
      end();
    },
  };
};

const watchEnd = (given: ByteStream, stream: Duplex, session: ClientHttp2Session, lose: Lose): void => {
  session.on('error', (error: NodeJS.ErrnoException) =>
    error.code?.startsWith('ERR_HTTP2') === true
      ? lose('host.protocol', `what came from its agent is not the protocol (${error.message})`, error)
      : lose('host.lost', `the stream to its agent broke (${error.message})`, error),
  );
  const onEnd = (): void => lose('host.lost', 'the stream to its agent ended');
  session.once('close', onEnd);
  stream.once('close', onEnd);
  // HTTP/2 that has told the other side of a mistake reads no more, and never hears of the end.
  given.readable.once('end', () => void setTimeout(onEnd, endHeardWithinMs).unref());
};

/** Returns what stops it. */
const keepPinging = (stream: Duplex, session: ClientHttp2Session, lose: Lose): (() => void) => {
  let silentTurns = 0;
  const pinging = setInterval(() => {
    if (silentTurns >= missedPings) lose('host.lost', `its agent gave no sign of life for ${missedPings} s`);
    if (session.destroyed || stream.destroyed) {
      clearInterval(pinging);
      return;
    }
    silentTurns += 1;
    session.ping((error) => {
      if (error === null) silentTurns = 0;
    });
  }, pingEveryMs).unref();
  return () => clearInterval(pinging);
};
