import type { AppFolder } from '../app-folder.ts';

export type Command = readonly string[];

/** What an app's own files say of how it is built and run. */
export interface Build {
  /** Commands that must be on the PATH. */
  readonly requires: readonly string[];
  readonly prepare: readonly Command[];
  /** Undefined where no file says it. */
  readonly start: Command | undefined;
  /** The file that says how it is started. */
  readonly startFrom?: string;
  /** Variables that such an app needs whatever it reads. */
  readonly env?: Readonly<Record<string, string>>;
  /** The port of one that cannot be told any. */
  readonly port?: number;
  /** How a variable for the database's whole address is to be filled in where no example says it. @default `${database.url}` */
  readonly databaseUrl?: string;
  /** What a reader should know of it. */
  readonly notes?: readonly string[];
}

/** What is known of the apps of one kind: adding one is adding a file beside this and a line to find-app.ts. */
export interface Ecosystem {
  /** `a Go app`, for messages. */
  readonly what: string;
  readonly language: string;
  /** Files that say that this is one; the first that is there. */
  readonly signs: readonly string[];
  /** Whether such a file means it: a package.json may list packages alone. */
  isMeant?(app: AppFolder, sign: string): boolean;
  /** Its sources. */
  readonly sources: RegExp;
  /** Names of environment variables in them, as the first group. */
  readonly variables: readonly RegExp[];
  examine(app: AppFolder): Build;
}
