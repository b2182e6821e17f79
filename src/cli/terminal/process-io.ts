import { describeThrown, PitwallError } from '../../base/index.ts';
import { type Io, isPlainWanted } from './io.ts';

/** The Io of a real process, and what ended it other than by its own will. */
export interface ProcessIo extends Io, Disposable {
  /** Ends the work as an interrupt does, for a reason of pitwall's own. */
  fail(error: unknown): void;
  /** Why the process failed whatever its command says; undefined where it did not. */
  readonly failure: unknown;
}

/** Whatever ends pitwall from outside; what it had started would outlive the default action of each. */
const endings = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGXCPU'] as const satisfies readonly NodeJS.Signals[];

/** The reader has had enough (`pitwall ... | head`), or the terminal is gone: no failure, but no reason to go on. */
const goneReader: ReadonlySet<string | undefined> = new Set(['EPIPE', 'EIO', 'ECONNRESET', 'ERR_STREAM_DESTROYED']);

/**
 * Once a command has taken `signal`, signals, and an output that nobody takes any more, abort `signal`; the process ends when its work has been undone. So every
 * way of ending ends the same way.
 */
export const openProcessIo = (proc: NodeJS.Process): ProcessIo => {
  const controller = new AbortController();
  let failure: unknown;
  const onSignal = (name: NodeJS.Signals) =>
    controller.abort(new PitwallError('cli.interrupted', `Interrupted by ${name}.`));
  let isHandling = false;
  /** While nothing has been started, the kernel's own way of ending is the best one: it needs no turn of a loop that is busy. */
  const handleSignals = () => {
    if (isHandling) return;
    isHandling = true;
    for (const name of endings) proc.on(name, onSignal);
  };
  const readOutput = (stream: NodeJS.WriteStream, name: string) => {
    let isOpen = true;
    stream.on('error', (cause: NodeJS.ErrnoException) => {
      if (!isOpen) return;
      isOpen = false;
      if (goneReader.has(cause.code)) {
        controller.abort(new PitwallError('cli.interrupted', `Nobody reads ${name} any more.`));
        return;
      }
      failure ??= new PitwallError('cli.unwritable', `${name} cannot be written.`, { cause });
      controller.abort(failure);
    });
    return (text: string) => {
      if (isOpen) stream.write(text);
    };
  };
  const stdoutIsTty = proc.stdout.isTTY === true;
  const env = proc.env;
  return {
    stdout: readOutput(proc.stdout, 'standard output'),
    stderr: readOutput(proc.stderr, 'standard error'),
    stdoutIsTty,
    stderrIsTty: proc.stderr.isTTY === true,
    columns: proc.stdout.columns ?? 80,
    color: stdoutIsTty && !isPlainWanted(env),
    get signal() {
      handleSignals();
      return controller.signal;
    },
    env,
    get failure() {
      return failure;
    },
    fail(error) {
      failure ??= error instanceof Error ? error : new Error(describeThrown(error));
      controller.abort(failure);
    },
    [Symbol.dispose]() {
      for (const name of endings) proc.off(name, onSignal);
    },
  };
};
