export { assembleResult } from './assemble.ts';
export { type Change, type Changes, compareRaces, compareSides, type Side } from './changes.ts';
export { decideRates, type RateDecision } from './comparisons.ts';
export { usdPerMillionRequests } from './cost.ts';
export { findRace, raceFolders, readRace } from './find-race.ts';
export {
  createJournal,
  type Journal,
  readJournal,
  readResult,
  readResultFile,
  reopenJournal,
  writeResult,
} from './journal.ts';
export { countBlocks, readLooks, readProlonged } from './looks.ts';
export { tabulateRounds } from './paired-rounds.ts';
export {
  type BestResult,
  type ComparisonResult,
  type MetricName,
  metricNames,
  type RaceGate,
} from './schema/comparison.ts';
export {
  type CandidateFacts,
  type CandidateResult,
  type ConditionFacts,
  type Environment,
  type FigureEstimate,
  type JournalRecord,
  type MissingTool,
  type PlanFacts,
  type RaceResult,
  raceResultJsonSchema,
} from './schema/race.ts';
export type { ComponentFigures, Gate, RoundResult } from './schema/round.ts';
export type { RoundSeries } from './schema/series.ts';
export type { Telemetry } from './schema/telemetry.ts';
