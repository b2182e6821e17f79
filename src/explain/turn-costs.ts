import { meanOf } from '../stats/sample.ts';
import { type CandidateOfRace, cpuMsOfParts, type RaceFacts, usableRounds } from './race-facts.ts';

/** CPU ms of the far side by what it is asked for, over the candidates of one race. */
export interface TurnCosts {
  /** The pooler, with the relay beside it, for a round trip. */
  readonly poolerMs?: number;
  /** The database, for a round trip and for a statement that it has to parse. */
  readonly database?: { readonly turnMs: number; readonly parseMs: number };
  /** CPU ms a second that the load generator, and the relay beside the proxy, take however many requests there are. */
  readonly idle: { readonly client?: number; readonly proxy?: number };
}

/**
 * What a round trip and a parsed statement cost the pooler and the database, by least squares over the candidates that answer
 * the same workload: they get the same rows, so what is left when these two are taken off is the same for all. Twins are left out,
 * because the costs are for predicting them; those that connect for each request too, because that costs far more.
 * Absent where there are too few candidates for it, or where a cost comes out negative.
 */
export const turnCostsOf = (race: RaceFacts): TurnCosts => {
  const seen = race.candidates
    .filter(({ twinOf }) => twinOf === undefined)
    .flatMap((candidate) => {
      const asked = askedOf(candidate);
      const poolerMs = cpuMsOf(candidate, ['pooler', 'tap']);
      const databaseMs = cpuMsOf(candidate, ['database']);
      return asked === undefined || poolerMs === undefined || databaseMs === undefined
        ? []
        : [{ ...asked, poolerMs, databaseMs }];
    });
  const kept = seen.filter(({ connects }) => !connects);
  const [, poolerTurnMs = -1] = leastSquares(
    kept.map(({ turns, poolerMs }) => ({ inputs: [1, turns], value: poolerMs })),
  );
  const [, turnMs = -1, parseMs = -1] = leastSquares(
    kept.map(({ turns, parses, databaseMs }) => ({ inputs: [1, turns, parses], value: databaseMs })),
  );
  const idleOf = (parts: readonly string[]): number => {
    const points = race.candidates
      .filter(({ twinOf }) => twinOf === undefined)
      .flatMap((candidate) => {
        const ms = cpuMsOf(candidate, parts);
        const perSecond = rateOf(candidate);
        return ms === undefined || perSecond === undefined ? [] : [{ inputs: [1, 1 / perSecond], value: ms }];
      });
    return leastSquares(points)[1] ?? 0;
  };
  const [client, proxy] = [idleOf(['load']), idleOf(['client-link'])];
  return {
    idle: { ...(client > 0 ? { client } : {}), ...(proxy > 0 ? { proxy } : {}) },
    ...(poolerTurnMs > 0 ? { poolerMs: poolerTurnMs } : {}),
    ...(turnMs > 0 && parseMs > 0 ? { database: { turnMs, parseMs } } : {}),
  };
};

/** What a request asks of the database: round trips, and statements that have to be parsed. */
export const askedOf = ({
  calibration,
}: CandidateOfRace): { readonly turns: number; readonly parses: number; readonly connects: boolean } | undefined => {
  if (calibration?.waterfall === undefined) return undefined;
  const { tcp, tls, auth = 0 } = calibration.connectTurnarounds;
  const letters = calibration.waterfall.map(({ up }) => up).join('');
  return {
    turns: calibration.underLoad.turnarounds,
    parses: letters.replaceAll(/[^PQ]/g, '').length,
    connects: tcp + tls + auth >= 1,
  };
};

const rateOf = (candidate: CandidateOfRace): number | undefined => {
  const rates = usableRounds(candidate).flatMap(({ requestsPerSecond }) => requestsPerSecond ?? []);
  return rates.length === 0 ? undefined : meanOf(rates);
};

const cpuMsOf = (candidate: CandidateOfRace, parts: readonly string[]): number | undefined => {
  const values = usableRounds(candidate).flatMap((round) => cpuMsOfParts(round, parts) ?? []);
  return values.length === 0 ? undefined : meanOf(values);
};

interface Observation {
  readonly inputs: readonly number[];
  readonly value: number;
}

/** Coefficients by the normal equations; none where the observations do not determine them. */
const leastSquares = (observations: readonly Observation[]): readonly number[] => {
  const width = observations[0]?.inputs.length ?? 0;
  if (observations.length < width) return [];
  const rows = Array.from({ length: width }, (_, row) => [
    ...Array.from({ length: width }, (_, column) => sum(observations, ({ inputs }) => inputs[row]! * inputs[column]!)),
    sum(observations, ({ inputs, value }) => inputs[row]! * value),
  ]);
  for (let pivot = 0; pivot < width; pivot += 1) {
    const largest = rows.slice(pivot).reduce((a, b) => (Math.abs(b[pivot]!) > Math.abs(a[pivot]!) ? b : a));
    if (Math.abs(largest[pivot]!) < 1e-9) return [];
    const from = rows.indexOf(largest);
    [rows[pivot], rows[from]] = [rows[from]!, rows[pivot]!];
    for (const row of rows) {
      if (row === rows[pivot]) continue;
      const factor = row[pivot]! / rows[pivot]![pivot]!;
      for (let column = pivot; column <= width; column += 1) row[column]! -= factor * rows[pivot]![column]!;
    }
  }
  return rows.map((row, index) => row[width]! / row[index]!);
};

const sum = (observations: readonly Observation[], figureOf: (one: Observation) => number): number =>
  observations.reduce((total, one) => total + figureOf(one), 0);
