export { assembleResult } from './assemble.ts';
export { createJournal, type Journal, readJournal, readResult, writeResult } from './journal.ts';
export {
  type CandidateFacts,
  type CandidateResult,
  type ComponentFigures,
  type Environment,
  type FigureEstimate,
  type Gate,
  type JournalRecord,
  type MissingTool,
  type PlanFacts,
  type RaceResult,
  type RoundResult,
  raceResultJsonSchema,
} from './schema.ts';
