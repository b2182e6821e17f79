export { assembleResult } from './assemble.ts';
export { type Change, type Changes, compareRaces, compareSides, type Side } from './changes.ts';
export { type ComparisonResult, type MetricName, metricNames, type RaceGate } from './comparison-schema.ts';
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
export { type PairedValues, pairRounds } from './paired-rounds.ts';
export type { ComponentFigures, Gate, RoundResult } from './round-schema.ts';
export {
  type CandidateFacts,
  type CandidateResult,
  type Environment,
  type FigureEstimate,
  type JournalRecord,
  type MissingTool,
  type PlanFacts,
  type RaceResult,
  raceResultJsonSchema,
} from './schema.ts';
export type { RoundSeries } from './series-schema.ts';
export type { Surroundings } from './surroundings-schema.ts';
