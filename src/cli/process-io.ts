import { PitwallError } from '../base/index.ts';
import { type Io, isPlainWanted } from './io.ts';

/** The Io of a real process. SIGINT and SIGTERM abort `signal`; the process ends when its work has been undone. */
export const openProcessIo = (proc: NodeJS.Process): Io & { close(): void } => {
  const controller = new AbortController();
  const onSignal = (name: NodeJS.Signals) =>
    controller.abort(new PitwallError('race.interrupted', `Interrupted by ${name}.`));
  proc.on('SIGINT', onSignal);
  proc.on('SIGTERM', onSignal);
  const stdoutIsTty = proc.stdout.isTTY === true;
  const env = proc.env;
  return {
    stdout: (text) => void proc.stdout.write(text),
    stderr: (text) => void proc.stderr.write(text),
    stdoutIsTty,
    stderrIsTty: proc.stderr.isTTY === true,
    columns: proc.stdout.columns ?? 80,
    color: stdoutIsTty && !isPlainWanted(env),
    signal: controller.signal,
    env,
    close: () => {
      proc.off('SIGINT', onSignal);
      proc.off('SIGTERM', onSignal);
    },
  };
};
