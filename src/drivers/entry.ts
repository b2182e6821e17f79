/** Where packages come from: the same name means different things in different places (`postgres` is a crate, and on npm another). */
export type Ecosystem = 'python' | 'rust' | 'node' | 'go' | 'jvm' | 'dotnet' | 'ruby';

/** What a piece of advice needs a setting for. */
export type Purpose =
  | 'cache'
  | 'check'
  | 'reset'
  | 'persist'
  | 'autocommit'
  | 'pipeline'
  | 'fetch'
  | 'savepoints'
  | 'prefetch';

export interface Setting {
  /** The end of a sentence; what is code stands in backticks. */
  readonly text: string;
  /** The words of `text` that stand in the source; `npm run verify:drivers` looks for them there. */
  readonly names: readonly string[];
  /** The package whose source has them. @default the entry's */
  readonly source?: string;
  /** Round trips that one of what it drops takes, where that is more than one. */
  readonly roundTripsEach?: number;
}

export type Settings = Readonly<Partial<Record<Purpose, Setting>>>;

/** A driver, a pool or an ORM whose settings are known. */
export interface DriverEntry {
  readonly name: string;
  /** What stands above is asked for a setting first: it decides what goes over the wire. */
  readonly layer: 'orm' | 'pool' | 'driver';
  /** Packages that bring it, as the registry has them; a part of a name behind `*` may be anything. */
  readonly packages: readonly string[];
  /** The package that has its source. @default the first of `packages` */
  readonly source?: string;
  readonly settings: Settings;
  /** What is different above another driver, by that one's name. */
  readonly above?: Readonly<Record<string, Settings>>;
}
