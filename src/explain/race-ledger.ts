import type { Driver } from './driver-settings.ts';
import { adviseFromLedger, type LedgerAdvice, type LedgerFacts } from './ledger-advice.ts';
import type { CalibrationOfRace, CandidateOfRace } from './race-facts.ts';

/** Packages by the driver whose settings they have, those that stand above another one first. */
const packages: readonly (readonly [pattern: RegExp, driver: Driver])[] = [
  [/^bb8(-postgres)?$/, 'bb8-postgres'],
  [/^deadpool-postgres$/, 'deadpool-postgres'],
  [/^sqlx$/, 'sqlx'],
  [/^tokio-postgres$/, 'tokio-postgres'],
  [/^django$/i, 'django'],
  [/^asyncpg$/, 'asyncpg'],
  [/^psycopg(2|2-binary)?$/, 'psycopg'],
  [/^pg$/, 'pg'],
  [/^postgres(\.js)?$/, 'postgres.js'],
  [/(^|\/)pgx(\/v\d+)?$/, 'pgx'],
  [/^npgsql$/i, 'npgsql'],
  [/(^|:)(postgresql|pgjdbc)$/, 'pgjdbc'],
];

/** The driver that the candidate's packages name; undefined where none is known. */
export const driverOf = ({ versions = {} }: CandidateOfRace): Driver | undefined =>
  packages.find(([pattern]) => Object.keys(versions).some((name) => pattern.test(name)))?.[1];

/** The counts of a calibration, which are a request's; undefined for one that kept no texts. */
export const ledgerOf = (calibration: CalibrationOfRace): LedgerFacts | undefined => {
  const { statementTexts, readyForQuery = 0, statements, prepares = 0, connects = 0 } = calibration;
  if (statementTexts === undefined || statements === undefined) return undefined;
  const { tcp, tls, auth } = calibration.connectTurnarounds;
  return {
    requests: 1,
    turnarounds: calibration.turnarounds,
    readyForQuery,
    statements,
    prepares,
    executes: statementTexts.reduce((sum, { executes }) => sum + executes, 0),
    connects,
    connectTurnarounds: { tcp, tls, ...(auth === undefined ? {} : { auth }) },
    // A calibration counts simple queries with the executes.
    statementTexts: statementTexts.map((statement) => ({ ...statement, queries: 0 })),
    ...(calibration.waterfall === undefined ? {} : { closing: closingOf(calibration.waterfall) }),
  };
};

/** Round trips that only close statements (`C` and `S` in the waterfall's letters). */
const closingOf = (waterfall: readonly { readonly up: string }[]): number =>
  waterfall.filter(({ up }) => /^[CS]*C[CS]*$/.test(up)).length;

/** Habits that cost the candidate round trips, the most expensive first, with its driver's own names. */
export const adviseFromRace = (candidate: CandidateOfRace): readonly LedgerAdvice[] => {
  const facts = candidate.calibration && ledgerOf(candidate.calibration);
  return facts === undefined ? [] : adviseFromLedger(facts, driverOf(candidate));
};
