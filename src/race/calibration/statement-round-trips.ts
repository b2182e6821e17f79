import type { LedgerSnapshot } from '../../wire/index.ts';

/** Round trips that begin with a statement, by what they do with it. */
export interface StatementRoundTrips {
  readonly preparing: number;
  readonly alone: number;
  readonly shared: number;
}

/** Round trips by the key of their first statement; connecting, closing and the next rows of a cursor have none. */
export const countStatementRoundTrips = (
  messageGroups: LedgerSnapshot['trace'],
): ReadonlyMap<string, StatementRoundTrips> => {
  const counts = new Map<string, Record<keyof StatementRoundTrips, number>>();
  for (const { statement, up } of messageGroups) {
    const use = readUse(up);
    if (statement === undefined || use === undefined) continue;
    const count = counts.get(statement) ?? { preparing: 0, alone: 0, shared: 0 };
    count[use] += 1;
    counts.set(statement, count);
  }
  return counts;
};

/** By the letters of the client's messages, of which a run is written once with a `+`. */
const readUse = (up: string): keyof StatementRoundTrips | undefined => {
  if (!/[PBQ]/.test(up)) return undefined;
  if (!/[BEQ]/.test(up)) return 'preparing';
  const messages = up.replace(/[DSHC]\+?/g, '');
  if (/^(Q|P?BE)$/.test(messages)) return 'alone';
  // Runs one, and prepares another one: not gone without the one, and no run of the other.
  return /^[PB]*[QE][PB]*$/.test(messages) ? undefined : 'shared';
};
