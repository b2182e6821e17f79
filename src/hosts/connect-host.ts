import { type ByteStream, protocolVersion } from '../agent/index.ts';
import { PitwallError, systemClock } from '../base/index.ts';
import { type ClockExchange, estimateOffset } from './clock-offset.ts';
import { ignoreLoss, openConnection } from './connection.ts';
import type { Host } from './host.ts';
import type { LinkOptions } from './link.ts';
import { createRemoteFiles } from './remote-files.ts';
import { startRemoteProcess } from './remote-process.ts';

export interface ConnectOptions extends LinkOptions {
  readonly address: string;
  /** How long the agent may take to start and say hello. @default 20000 */
  readonly helloWithinMs?: number;
  /** Waits until the agent is gone, once its stream has been let go of. */
  readonly ended?: () => Promise<void>;
}

const captureWithinMs = 10_000;
const clockExchanges = 16;

/**
 * The host at the other end of a byte stream: all that differs between kinds of hosts is how that stream is made.
 * @throws PitwallError `host.unreachable` when the agent does not say hello in time, `host.protocol` when something else is there.
 */
export const connectHost = async (stream: ByteStream, options: ConnectOptions): Promise<Host> => {
  const { name, address, helloWithinMs = 20_000, ended = async () => {}, explain = () => '' } = options;
  const connection = await openConnection(stream, options);
  const close = async (): Promise<void> => {
    connection.close();
    await ended();
  };
  // Not `AbortSignal.timeout`: that lets a process end which waits for nothing else, without a word.
  const late = new AbortController();
  const giveUp = setTimeout(() => late.abort(), helloWithinMs);
  const hello = await connection
    .call('hello', { version: protocolVersion }, late.signal)
    .catch(async (cause: unknown) => {
      await close();
      if (cause instanceof PitwallError && cause.code === 'host.protocol') throw cause;
      const why = cause instanceof PitwallError ? cause.message : `no hello within ${helloWithinMs / 1_000} s`;
      // What it printed may have come after its end was seen.
      const more = why.includes(explain()) ? '' : explain();
      // Its message is in this one.
      const deeper = cause instanceof PitwallError ? cause.cause : cause;
      throw new PitwallError('host.unreachable', `Host ${name} was not reached: ${why}${more}`, { cause: deeper });
    })
    .finally(() => clearTimeout(giveUp));
  const { call } = connection;
  return {
    name,
    address,
    folder: hello.folder,
    pid: hello.pid,
    lost: connection.lost,
    files: createRemoteFiles(connection),
    facts: () => call('facts', {}),
    which: async (command) => (await call('which', { commands: [command] })).paths[0] ?? undefined,
    start: (spec) => startRemoteProcess(connection, spec),
    async run(command, { signal, ...rest } = {}) {
      await call('run', { command, ...rest }, signal);
    },
    async capture(command) {
      return (await call('capture', { command, timeoutMs: captureWithinMs })).stdout ?? undefined;
    },
    async atEnd(command) {
      const { id } = await call('at-end', { command });
      return {
        async [Symbol.asyncDispose]() {
          // An agent that lost its controller does it by itself.
          await call('end-now', { id }).catch(ignoreLoss);
        },
      };
    },
    async connect(to) {
      const query = 'port' in to ? { port: String(to.port), address } : to;
      const { stream: opened, accepted } = connection.open('POST', '/connect', query);
      await accepted;
      return opened;
    },
    freePort: async () => (await call('free-port', { address })).port,
    async measureClock() {
      const exchange = async (): Promise<ClockExchange> => {
        const sentNs = systemClock.nowNs();
        const { nowNs } = await call('clock', {});
        return { sentNs, receivedNs: systemClock.nowNs(), thereNs: nowNs };
      };
      const first = await exchange();
      const exchanges: [ClockExchange, ...ClockExchange[]] = [first];
      while (exchanges.length < clockExchanges) exchanges.push(await exchange());
      return estimateOffset(exchanges);
    },
    [Symbol.asyncDispose]: close,
  };
};
