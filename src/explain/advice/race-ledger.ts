import { type DriverEntry, findDrivers } from '../../drivers/index.ts';
import type { CalibrationOfRace, CandidateOfRace } from '../demands/race-facts.ts';
import { adviseFromLedger, type LedgerAdvice } from './ledger-advice.ts';
import type { LedgerFacts } from './ledger-facts.ts';

/** The ORM, the pool and the driver that the candidate's packages name in its language. */
export const pickDrivers = ({ language, versions = {} }: CandidateOfRace): readonly DriverEntry[] =>
  findDrivers(language, Object.keys(versions));

/** The counts of a calibration, which are a request's; undefined for one that kept no texts. */
export const readLedger = (calibration: CalibrationOfRace): LedgerFacts | undefined => {
  const { statementTexts, readyForQuery = 0, statements, prepares = 0, connects = 0 } = calibration;
  if (statementTexts === undefined || statements === undefined) return undefined;
  const { tcp, tls, auth } = calibration.connectRoundTrips;
  return {
    requests: 1,
    roundTrips: calibration.roundTrips,
    readyForQuery,
    statements,
    prepares,
    executes: statementTexts.reduce((sum, { executes }) => sum + executes, 0),
    connects,
    connectRoundTrips: { tcp, tls, ...(auth === undefined ? {} : { auth }) },
    // A calibration counts simple queries with the executes.
    statementTexts: statementTexts.map((statement) => ({ ...statement, queries: 0 })),
    ...collectShapes(calibration),
  };
};

/** Counted over all requests, or over the last one where no more was kept. */
const collectShapes = ({ shapes, waterfall }: CalibrationOfRace): Pick<LedgerFacts, 'shapes'> => {
  if (shapes !== undefined) return { shapes };
  if (waterfall === undefined) return {};
  return { shapes: waterfall.map(({ up, down = '' }) => ({ shape: `${up}/${down}`, count: 1 })) };
};

/** Habits that cost the candidate round trips, the most expensive first, with its driver's own names. */
export const adviseFromRace = (candidate: CandidateOfRace): readonly LedgerAdvice[] => {
  const facts = candidate.calibration && readLedger(candidate.calibration);
  return facts === undefined ? [] : adviseFromLedger(facts, pickDrivers(candidate));
};
