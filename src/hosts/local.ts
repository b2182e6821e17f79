import { agentProgram, capture, findCommand } from '../agent/index.ts';
import { startAgentChild } from './agent-child.ts';
import type { CommandHost, Host } from './host.ts';

/** The machine that pitwall runs on, through an agent of its own like every other. */
export const startLocalHost = (env: Readonly<Record<string, string | undefined>> = process.env): Promise<Host> =>
  startAgentChild({
    name: 'local',
    address: '127.0.0.1',
    command: [process.execPath, agentProgram],
    env,
  });

const captureWithinMs = 10_000;

/** The commands of the machine that pitwall runs on, by the PATH of this process: no agent is started to look for a program. */
export const localCommands: CommandHost = {
  which: async (command) => findCommand(command) ?? undefined,
  capture: (command) => capture(command, { timeoutMs: captureWithinMs }),
};
