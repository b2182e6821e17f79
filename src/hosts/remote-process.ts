import type { Duplex } from 'node:stream';
import { debuglog } from 'node:util';
import { describeTail, type ProcessSpec } from '../agent/index.ts';
import { describeThrown, PitwallError } from '../base/index.ts';
import { type Connection, ignoreLoss } from './connection.ts';
import type { HostProcess, ProcessExit } from './host.ts';

const debug = debuglog('pitwall:hosts');

/** Starts a process there and follows it. */
export const startRemoteProcess = async (connection: Connection, spec: ProcessSpec): Promise<HostProcess> => {
  const { process, pid, isRealTime } = await connection.call('start', spec);
  const exited: Promise<ProcessExit> = connection.call('wait', { process }).catch(
    (error: unknown): ProcessExit => ({
      code: null,
      signal: null,
      lost: error instanceof PitwallError ? error : new PitwallError('host.lost', describeThrown(error)),
    }),
  );
  debug('%s started as %d: %s', spec.name, pid, spec.command.join(' '));
  void exited.then(({ code, signal, lost }) =>
    debug('%s (%d) ended with %s', spec.name, pid, lost?.message ?? signal ?? `code ${code}`),
  );
  let pipes: Duplex | undefined;
  const stop = async (): Promise<void> => {
    try {
      // An agent that lost its controller has ended it by itself.
      await connection.call('stop', { process }).catch(ignoreLoss);
    } finally {
      pipes?.destroy();
    }
  };
  try {
    if (spec.piped === true) pipes = await openPipes(connection, process);
    return {
      name: spec.name,
      pid,
      exited,
      logFile: spec.logFile,
      isRealTime,
      pipes: pipes === undefined ? undefined : { stdin: pipes, stdout: pipes },
      signal: async (signal) => (await connection.call('signal', { process, signal })).isTaken,
      states: async () => (await connection.call('states', { process })).states,
      describeLog: async () =>
        connection.call('log-tail', { file: spec.logFile }).then(
          ({ text }) => describeTail(spec.logFile, text),
          () => '',
        ),
      [Symbol.asyncDispose]: stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
};

const openPipes = async (connection: Connection, process: number): Promise<Duplex> => {
  const { stream, accepted } = connection.open('POST', '/pipes', { process: String(process) });
  await accepted;
  return stream;
};
