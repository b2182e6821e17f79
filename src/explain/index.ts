export { type Advice, type AdviceOptions, advise } from './advice/advise.ts';
export { type FirstStep, splitCpu } from './advice/first-step.ts';
export { adviseFromLedger, type LedgerAdvice, type LedgerFinding, roundTripsAfter } from './advice/ledger-advice.ts';
export type { LedgerFacts, StatementFacts, StatementRoundTrips } from './advice/ledger-facts.ts';
export { adviseFromRace, pickDrivers } from './advice/race-ledger.ts';
export type { Component, Demands, ServerShape, SharedCores } from './demands/demands.ts';
export { between, type Estimate, exactly } from './demands/estimate.ts';
export type { RaceFacts } from './demands/race-facts.ts';
export { type RaceDemands, readDemands } from './demands/read-demands.ts';
export { type Explanation, explain, type Measured } from './explain.ts';
export {
  adviseCandidate,
  askCandidate,
  type CandidateAdvice,
  type CandidateExplanation,
  type CheckedAdvice,
  cannotTell,
  explainRace,
  type RaceExplanation,
  type UnexplainedCandidate,
} from './explain-race.ts';
export { buildNetwork, passing, resource } from './model/build-network.ts';
export type { Limit, Network, RequestStep, Station } from './model/network.ts';
export type { PlaceLoad } from './model/place-load.ts';
export {
  type Check,
  type CheckedWhatIf,
  checkedWhatIf,
  findModelError,
  type ModelError,
  readSetting,
  type Setting,
} from './predict/checks.ts';
export { type LoadPoint, loadCurve, type Prediction, type PredictOptions, predict } from './predict/predict.ts';
export type { VariantCheck } from './predict/race-checks.ts';
export type { Observation } from './predict/telemetry-of-race.ts';
export { type Simulation, type SimulationOptions, simulate } from './simulation/simulate.ts';
export { type Bottleneck, findBottleneck } from './solver/bottleneck.ts';
export { type Bound, findBounds } from './solver/bounds.ts';
export { type ResourceUse, resourceUses } from './solver/resource-use.ts';
export { type Solution, solveNetwork, throughputCurve } from './solver/solve.ts';
export { type WhatIf, type WhatIfChange, whatIf, withChange, withEvenConnections } from './what-if/what-if.ts';
