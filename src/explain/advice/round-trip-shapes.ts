import type { LedgerFacts } from './ledger-facts.ts';

/** Round trips in which no statement begins to run, by what they are for. */
export interface ShapeCounts {
  /** Statements are prepared, and nothing runs. */
  readonly preparing: number;
  /** Statements are closed, and nothing else. */
  readonly closing: number;
  /** A Sync that ends nothing: how sqlx looks whether a connection is alive. */
  readonly pings: number;
  /** Executes of a portal that was left open: the next rows of a cursor. */
  readonly refetches: number;
  /** Executes in round trips that hold nothing else, be they the first of a portal or not. */
  readonly bareExecutes: number;
  /** Simple queries with a Parse of another statement behind them. */
  readonly mixed: number;
}

/** Undefined where round trips were not looked at one by one. */
export const countShapes = ({ shapes }: LedgerFacts): ShapeCounts | undefined => {
  if (shapes === undefined) return undefined;
  const read = shapes.map(({ shape, count }) => {
    const slash = shape.indexOf('/');
    return { up: slash < 0 ? shape : shape.slice(0, slash), down: slash < 0 ? '' : shape.slice(slash + 1), count };
  });
  const countAll = (isOne: (up: string, down: string) => boolean): number =>
    read.reduce((total, { up, down, count }) => total + (isOne(up, down) ? count : 0), 0);
  const bareExecutes = countAll((up) => isBareExecute(up));
  const suspended = countAll((_, down) => down.includes('s'));
  // A Sync behind an answered Flush ends that statement, and is no ping.
  const open = countAll((up, down) => up.includes('H') && !down.endsWith('Z'));
  return {
    preparing: countAll((up) => /^[PDCSH+]*$/.test(up) && up.includes('P')),
    closing: countAll((up) => /^[CS]*C[CS]*$/.test(up)),
    pings: Math.max(0, countAll((up, down) => up === 'S' && down === 'Z') - open),
    // Without the server's letters each is taken for one: a portal that is executed apart from its Bind is a cursor.
    refetches: read.some(({ down }) => down !== '') ? Math.min(bareExecutes, suspended) : bareExecutes,
    bareExecutes,
    mixed: countAll((up) => up.includes('Q') && up.includes('P')),
  };
};

const isBareExecute = (up: string): boolean => /^[ESHC+]*$/.test(up) && up.includes('E');
