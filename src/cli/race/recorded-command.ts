import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { PitwallError, systemClock } from '../../base/index.ts';
import { endTree } from '../../components/index.ts';

/** A command that runs to be recorded, in pitwall's own session, so that it can use the terminal. */
export interface RecordedCommand {
  readonly pid: number;
  readonly exited: Promise<void>;
  /** Ends it and all that it started, unless it has ended by itself. */
  end(): Promise<void>;
}

/** @param isQuiet Its standard output goes to standard error: pitwall's own has something else to say. */
export const startCommand = async (words: readonly string[], isQuiet: boolean): Promise<RecordedCommand> => {
  const [program, ...args] = words as [string, ...string[]];
  const mark = { run: `record-${process.pid}-${randomBytes(4).toString('hex')}` };
  const tree = endTree(mark);
  const child = spawn(program, args, {
    stdio: ['inherit', isQuiet ? 2 : 'inherit', 'inherit'],
    shell: words.length === 1,
    env: { ...process.env, ...tree.variables },
  });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  await hasStarted(child, words);
  const pid = child.pid!;
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
  // Where pitwall ends without asking for it.
  const onExit = () => {
    if (!hasEnded()) tree.endNow(pid);
  };
  process.once('exit', onExit);
  return {
    pid,
    exited,
    async end() {
      if (!hasEnded()) await tree.end(pid, systemClock);
      process.off('exit', onExit);
    },
  };
};

const hasStarted = (child: ChildProcess, words: readonly string[]): Promise<void> =>
  new Promise((resolve, reject) => {
    child.once('error', (cause) =>
      reject(new PitwallError('observe.failed', `Can't start "${words.join(' ')}".`, { cause })),
    );
    child.once('spawn', () => resolve());
  });
