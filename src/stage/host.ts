import type { Placement } from '../plan/index.ts';
import type { KernelDelay } from './kernel-delay.ts';

/** How a process ended. */
export interface ProcessExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A Unix user that a process is to run as. */
export interface ProcessUser {
  readonly uid: number;
  readonly gid: number;
}

export interface ProcessSpec {
  /** The component's name, in messages and log file names. */
  readonly name: string;
  readonly command: readonly [string, ...string[]];
  readonly cwd?: string;
  /** The whole environment; nothing is inherited. */
  readonly env: Readonly<Record<string, string>>;
  /** Takes standard error, and standard output unless `stdout` is piped. */
  readonly logFile: string;
  readonly user?: ProcessUser;
  readonly placement?: Placement;
  /** Real-time priority (SCHED_RR) for all of its threads; the usual one where the kernel refuses or the plan sets a `nice`. @default false */
  readonly realTime?: boolean;
  /** Pipes standard input and output to the caller. @default false */
  readonly piped?: boolean;
  /** Asks it to stop. @default SIGTERM */
  readonly stopSignal?: NodeJS.Signals;
  /** After this it is killed. @default 5000 */
  readonly graceMs?: number;
}

/** A started process, the leader of a process group of its own. Disposing it stops the whole group. */
export interface HostProcess extends AsyncDisposable {
  readonly name: string;
  readonly pid: number;
  /** Settles when the process has ended, whoever ended it. */
  readonly exited: Promise<ProcessExit>;
  readonly logFile: string;
  /** Whether it runs with real-time priority: asked for, and granted. */
  readonly isRealTime: boolean;
  /** Present when the process was started with `piped`. */
  readonly pipes: { readonly stdin: NodeJS.WritableStream; readonly stdout: NodeJS.ReadableStream } | undefined;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly user?: ProcessUser;
  /** Gets both outputs; without it they are kept for the error message only. */
  readonly logFile?: string;
  readonly signal?: AbortSignal;
}

/**
 * The seam to other machines: whatever runs under test is started, reached and watched through a host.
 * `local` is the machine that pitwall runs on.
 */
export interface Host {
  readonly name: string;
  /** The address at which the processes of this host are reached. */
  readonly address: string;
  start(spec: ProcessSpec): Promise<HostProcess>;
  /** Runs a command to its end; rejects with its last lines when it fails. */
  run(command: readonly [string, ...string[]], options?: RunOptions): Promise<void>;
  /** What a short command prints on standard output; undefined when it cannot be run or fails. */
  capture(command: readonly [string, ...string[]]): Promise<string | undefined>;
  /** A port that nothing listens on. */
  freePort(): Promise<number>;
  /** Where the kernel can delay what goes to and comes from this host. */
  readonly delay?: KernelDelay;
  /** The path of a command (a name or an absolute path), or undefined where it is not installed. */
  which(command: string): string | undefined;
}
