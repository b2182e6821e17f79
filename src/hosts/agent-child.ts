import { spawn } from 'node:child_process';
import { PitwallError, sleepMs, systemClock } from '../base/index.ts';
import { connectHost } from './connect-host.ts';
import type { Host } from './host.ts';

export interface AgentChildOptions {
  readonly name: string;
  readonly address: string;
  /** Starts the agent, or reaches one: its standard input and output are the stream. */
  readonly command: readonly [string, ...string[]];
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** The most of what it printed that an error message shows. */
const quotedBytes = 2_000;
/** An agent is gone within 5 s of losing its stream. */
const goneWithinMs = 8_000;

/**
 * A host whose agent speaks on the standard input and output of a child process.
 * @throws PitwallError `host.unreachable`, `host.protocol`.
 */
export const startAgentChild = async ({ name, address, command, env }: AgentChildOptions): Promise<Host> => {
  const [file, ...args] = command;
  // A session of its own: Ctrl-C on the terminal reaches pitwall only, which stops things in order.
  const child = spawn(file, args, { env, stdio: ['pipe', 'pipe', 'pipe'], detached: true });
  const failed = new Promise<never>((_, reject) => {
    child.once('error', (cause) =>
      reject(new PitwallError('host.unreachable', `Host ${name}: ${file} could not be started.`, { cause })),
    );
  });
  failed.catch(() => {});
  let printed = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    printed = (printed + text).slice(-quotedBytes);
  });
  const stream = { readable: child.stdout, writable: child.stdin };
  // Not when it exits: it may have said why not on the last line that it printed.
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const ended = async (): Promise<void> => {
    if (child.pid === undefined) return;
    const late = new AbortController();
    const gone = closed.then(() => late.abort());
    void sleepMs(systemClock, goneWithinMs, late.signal).then(
      () => child.kill('SIGKILL'),
      () => {},
    );
    await gone;
  };
  const explain = (): string => {
    const words = printed.trim();
    return words === '' ? '' : ` It printed:\n${words.replace(/^/gm, '    | ')}`;
  };
  return await Promise.race([connectHost(stream, { name, address, explain, ended }), failed]);
};
