/** What advice is drawn from: counts of a tap over a number of requests (a tap's snapshot has these fields). */
export interface LedgerFacts {
  /** HTTP requests that the counts are for. */
  readonly requests: number;
  readonly roundTrips: number;
  readonly readyForQuery: number;
  /** Simple queries and executes. */
  readonly statements: number;
  readonly prepares: number;
  readonly executes: number;
  readonly connects: number;
  /** Round trips of connecting; absent parts were not seen. */
  readonly connectRoundTrips?: { readonly tcp: number; readonly tls: number; readonly auth?: number };
  readonly statementTexts: readonly StatementFacts[];
  /** Round trips by the letters of their messages, client / server, where they were looked at one by one. */
  readonly shapes?: readonly { readonly shape: string; readonly count: number }[];
}

export interface StatementFacts {
  /** Normalised: literals are left out. Empty for the empty query. */
  readonly text: string;
  readonly prepares: number;
  readonly executes: number;
  /** Simple queries. */
  readonly queries: number;
  /** Round trips that begin with it, where they were looked at one by one. */
  readonly roundTrips?: StatementRoundTrips | undefined;
}

export interface StatementRoundTrips {
  /** It is prepared, and nothing runs. */
  readonly preparing: number;
  /** It runs once, and nothing else does. */
  readonly alone: number;
  /** It runs several times, or others run with it. */
  readonly shared: number;
}

/** How often a statement ran. */
export const countCalls = ({ executes, queries }: StatementFacts): number => executes + queries;

export const sumUp = <T>(items: readonly T[], amountOf: (item: T) => number): number =>
  items.reduce((total, item) => total + amountOf(item), 0);

export const countConnecting = ({ connectRoundTrips }: LedgerFacts): number =>
  (connectRoundTrips?.tcp ?? 0) + (connectRoundTrips?.tls ?? 0) + (connectRoundTrips?.auth ?? 0);
