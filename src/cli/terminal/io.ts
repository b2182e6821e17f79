/** What a command may touch of the outside: the only place where pitwall prints. */
export interface Io {
  stdout(text: string): void;
  stderr(text: string): void;
  readonly stdoutIsTty: boolean;
  readonly stderrIsTty: boolean;
  /** Width of the terminal in characters. @default 80 where there is none */
  readonly columns: number;
  /** False under NO_COLOR, in pipes and in CI. */
  readonly color: boolean;
  /** To be taken before anything is started: from then on it is aborted by the first signal that asks to end, or when nobody takes the output; its reason is usually a PitwallError `cli.interrupted`. */
  readonly signal: AbortSignal;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Whether somebody asked for plain text. https://no-color.org: any non-empty value of NO_COLOR turns colour off. */
export const isPlainWanted = (env: Io['env']): boolean =>
  Boolean(env['NO_COLOR']) || Boolean(env['CI']) || env['TERM'] === 'dumb';

/** Exit codes, the same for every command. */
export const exitCode = {
  done: 0,
  /** It ran and something is refused or failed. */
  failed: 1,
  /** Usage or plan error. */
  usage: 2,
  /** A gate or threshold failed. */
  gate: 3,
  interrupted: 130,
} as const;

export type ExitCode = (typeof exitCode)[keyof typeof exitCode];

/** A command's action returns the exit code. */
export interface CommandContext {
  readonly io: Io;
  /** Sets the exit code of the process; the default is 0. */
  setExitCode(code: ExitCode): void;
}
