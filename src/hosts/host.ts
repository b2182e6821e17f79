import type { Duplex, Readable } from 'node:stream';
import type { CallAnswer, Command, HostFacts, ProcessEnd, ProcessSpec, ProcessUser } from '../agent/index.ts';
import type { PitwallError } from '../base/index.ts';
import type { ClockOffset } from './clock-offset.ts';
import type { KernelDelay } from './kernel-delay.ts';

/** How a process ended; `lost` where that is not known, since its host was lost. */
export interface ProcessExit extends ProcessEnd {
  readonly lost?: PitwallError;
}

/** A started process, the leader of a process group of its own. Disposing it stops the whole group. */
export interface HostProcess extends AsyncDisposable {
  readonly name: string;
  readonly pid: number;
  /** Settles when the process has ended, whoever ended it; never rejects. */
  readonly exited: Promise<ProcessExit>;
  /** A path of its host. */
  readonly logFile: string;
  /** Whether it runs with real-time priority: asked for, and granted. */
  readonly isRealTime: boolean;
  /** Present when the process was started with `piped`. */
  readonly pipes: { readonly stdin: NodeJS.WritableStream; readonly stdout: NodeJS.ReadableStream } | undefined;
  /** Sends a signal to the leader; false when there is none to take it. */
  signal(signal: NodeJS.Signals): Promise<boolean>;
  /** The states (R, S, D, T, ...) of the living members of its group. */
  states(): Promise<readonly string[]>;
  /** The end of its log, as the end of an error message. */
  describeLog(): Promise<string>;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly user?: ProcessUser;
  /** Gets both outputs; without it they are kept for the error message only. */
  readonly logFile?: string;
  /** Kills the command, and all of its group. */
  readonly signal?: AbortSignal;
}

/** Something on a host that takes connections. */
export type HostSocket = { readonly port: number } | { readonly socket: string };

export interface FileOptions {
  /** @default 0o644 */
  readonly mode?: number;
  readonly owner?: ProcessUser;
  readonly signal?: AbortSignal;
}

/** The files of a host; all paths are absolute, and of that host. */
export interface HostFiles {
  /** A new folder below the agent's own. @default mode 0o700 */
  makeFolder(name: string, options?: Omit<FileOptions, 'signal'>): Promise<string>;
  /** Writes a whole file, or none; makes the folders above it. */
  write(path: string, content: string | Uint8Array | Readable, options?: FileOptions): Promise<void>;
  /** Its content from the beginning; destroy the stream to stop. */
  read(path: string): Promise<Readable>;
  list(path: string): Promise<readonly string[]>;
  /** Removes what is below the agent's own folder, and refuses everything else. */
  remove(path: string): Promise<void>;
  /** Copies these files of a folder here to `keptIn` there, under their digest; finds them where they were copied before. Gives the path there. */
  putFolder(folder: string, files: readonly string[], keptIn: string): Promise<string>;
  /** The texts of files of /proc and /sys, read in one go; null for one that is gone or not to be read. `atNs` is the host's clock. */
  readKernelFiles(paths: readonly string[]): Promise<CallAnswer<'read-kernel-files'>>;
}

/** What undoes something at the end. */
export interface AtEnd extends AsyncDisposable {}

/**
 * A place where pitwall's agent runs: whatever runs under test is started, reached and watched through one. What works with
 * one does not know which kind it is. Disposing it ends all that it started and removes its files; so does the agent by itself
 * when it loses its controller.
 */
export interface Host extends AsyncDisposable {
  readonly name: string;
  /** The address at which the processes of this host are reached. */
  readonly address: string;
  /** The agent's own folder there. */
  readonly folder: string;
  /** The agent itself, for the recorder. */
  readonly pid: number;
  /** Resolves, with the reason, when the host is lost before it is disposed. */
  readonly lost: Promise<PitwallError>;
  readonly files: HostFiles;
  facts(): Promise<HostFacts>;
  /** The path of a command (a name or an absolute path), or undefined where it is not installed. */
  which(command: string): Promise<string | undefined>;
  start(spec: ProcessSpec): Promise<HostProcess>;
  /** Runs a command to its end; rejects with its last lines when it fails. */
  run(command: Command, options?: RunOptions): Promise<void>;
  /** What a short command prints on standard output; undefined when it cannot be run, fails, or takes longer than 10 s. */
  capture(command: Command): Promise<string | undefined>;
  /** Sees to it that a command is run once: when this is disposed, or when the host ends for whatever reason. */
  atEnd(command: Command): Promise<AtEnd>;
  /** A connection to a port or unix socket there. */
  connect(to: HostSocket): Promise<Duplex>;
  /** A port that nothing listens on. */
  freePort(): Promise<number>;
  /** How far its clock is from this process' own. */
  measureClock(): Promise<ClockOffset>;
  /** Where the kernel can delay what goes to and comes from this host. */
  readonly delay?: KernelDelay;
}

/** What finds commands and asks short ones. */
export type CommandHost = Pick<Host, 'which' | 'capture'>;
