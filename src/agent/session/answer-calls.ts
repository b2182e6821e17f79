import { readdir } from 'node:fs/promises';
import { type Clock, PitwallError } from '../../base/index.ts';
import { findFolder, keepFolder, makeFolder, removePath } from '../disk/files.ts';
import { readKernelFiles } from '../disk/kernel-files.ts';
import { readFacts } from '../machine/facts.ts';
import { findCommand } from '../machine/which.ts';
import type { AtEnd } from '../processes/at-end.ts';
import { logTail } from '../processes/log-tail.ts';
import type { Processes } from '../processes/processes.ts';
import { capture } from '../processes/spawn.ts';
import { type CallAnswer, type CallName, type CallRequest, protocolVersion } from '../protocol.ts';

/** What an agent is made of. */
export interface AgentParts {
  readonly folder: string;
  readonly clock: Clock;
  readonly processes: Processes;
  readonly atEnd: AtEnd;
  readonly freePort: (address: string) => Promise<number>;
}

/** One answer for each call; `signal` is aborted when nobody waits for it any more. */
export type CallHandlers = {
  readonly [N in CallName]: (request: CallRequest<N>, signal: AbortSignal) => CallAnswer<N> | Promise<CallAnswer<N>>;
};

export const createHandlers = ({ folder, clock, processes, atEnd, freePort }: AgentParts): CallHandlers => ({
  hello({ version }) {
    if (version !== protocolVersion) {
      throw new PitwallError('host.protocol', `The agent speaks version ${protocolVersion}, not ${version}.`);
    }
    return { version: protocolVersion, pid: process.pid, folder };
  },
  facts: readFacts,
  clock: () => ({ nowNs: clock.nowNs(), unixMs: clock.unixMs() }),
  which: ({ commands }) => ({ paths: commands.map((command) => findCommand(command)) }),
  'free-port': async ({ address }) => ({ port: await freePort(address) }),
  start: (spec) => processes.start(spec),
  wait: ({ process }) => processes.wait(process),
  signal: ({ process, signal }) => ({ isTaken: processes.signal(process, signal) }),
  states: ({ process }) => ({ states: processes.states(process) }),
  async stop({ process }) {
    await processes.stop(process);
    return {};
  },
  async run(request, signal) {
    await processes.run(request, signal);
    return {};
  },
  capture: async ({ command, timeoutMs }, signal) => ({
    stdout: (await capture(command, { timeoutMs, signal })) ?? null,
  }),
  'at-end': ({ command }) => ({ id: atEnd.add(command) }),
  async 'end-now'({ id }) {
    await atEnd.runNow(id);
    return {};
  },
  'log-tail': ({ file }) => ({ text: logTail(file) }),
  'make-folder': async (request) => ({ path: await makeFolder(folder, request) }),
  list: async ({ path }) => ({ names: await readdir(path) }),
  async remove({ path }) {
    await removePath(folder, path);
    return {};
  },
  'find-folder': async (request) => ({ path: await findFolder(request) }),
  'keep-folder': async (request) => ({ path: await keepFolder(request) }),
  'read-kernel-files': ({ paths }) => ({ texts: readKernelFiles(paths), atNs: clock.nowNs() }),
});
