import type { LedgerSnapshot } from '../../wire/index.ts';

/** What one request, or a number of them, cost on the wire. */
export interface WireVector {
  readonly roundTrips: number;
  readonly readyForQuery: number;
  readonly statements: number;
  readonly prepares: number;
  readonly connects: number;
  readonly bytesUp: number;
  readonly bytesDown: number;
}

export const readVector = (ledger: LedgerSnapshot): WireVector => ({
  roundTrips: ledger.roundTrips,
  readyForQuery: ledger.readyForQuery,
  statements: ledger.statements,
  prepares: ledger.prepares,
  connects: ledger.connects,
  bytesUp: ledger.bytesUp,
  bytesDown: ledger.bytesDown,
});

export const subtract = (later: WireVector, earlier: WireVector): WireVector =>
  combine(later, earlier, (a, b) => a - b);

/** Mean of each count. */
export const meanVector = (vectors: readonly WireVector[]): WireVector =>
  scale(
    vectors.reduce((sum, vector) => combine(sum, vector, (a, b) => a + b)),
    1 / vectors.length,
  );

export const scale = (vector: WireVector, factor: number): WireVector => combine(vector, vector, (a) => a * factor);

const combine = (a: WireVector, b: WireVector, operation: (a: number, b: number) => number): WireVector => ({
  roundTrips: operation(a.roundTrips, b.roundTrips),
  readyForQuery: operation(a.readyForQuery, b.readyForQuery),
  statements: operation(a.statements, b.statements),
  prepares: operation(a.prepares, b.prepares),
  connects: operation(a.connects, b.connects),
  bytesUp: operation(a.bytesUp, b.bytesUp),
  bytesDown: operation(a.bytesDown, b.bytesDown),
});

/** How requests differed in what they cost, most frequent first. */
export interface VectorShare {
  readonly share: number;
  readonly vector: Omit<WireVector, 'bytesUp' | 'bytesDown'>;
}

/**
 * The distinct vectors and their shares. Bytes are left out: documents differ in length, which is not what
 * makes a count unstable.
 */
export const distinctVectors = (vectors: readonly WireVector[]): readonly VectorShare[] => {
  const counts = new Map<string, number>();
  for (const { bytesUp: _up, bytesDown: _down, ...vector } of vectors) {
    const key = JSON.stringify(vector);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return [...counts]
    .map(([key, count]) => ({ share: count / vectors.length, vector: JSON.parse(key) as VectorShare['vector'] }))
    .sort((a, b) => b.share - a.share);
};
