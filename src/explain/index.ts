export { type Advice, type AdviceOptions, advise } from './advise.ts';
export { type Binding, bindingOf } from './binding.ts';
export { type Bound, boundsOf } from './bounds.ts';
export {
  type Check,
  type CheckedWhatIf,
  checkedWhatIf,
  type ModelError,
  modelErrorOf,
  type Setting,
  settingOf,
} from './checks.ts';
export type { Component, Demands, Host, ServerShape } from './demands.ts';
export { demandsOfRace, type RaceDemands } from './demands-of-race.ts';
export type { Driver } from './driver-settings.ts';
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
export {
  adviseFromLedger,
  type LedgerAdvice,
  type LedgerFacts,
  type LedgerFinding,
  type StatementFacts,
  turnaroundsAfter,
} from './ledger-advice.ts';
export type { Limit, Network, Stage, Station } from './network.ts';
export { networkOf, passing, resource } from './network-of.ts';
export type { PlaceLoad } from './place-load.ts';
export { type LoadPoint, loadCurve, type Prediction, type PredictOptions, predict } from './predict.ts';
export { between, exactly, type Quantity } from './quantity.ts';
export type { TwinCheck } from './race-checks.ts';
export type { RaceFacts } from './race-facts.ts';
export { adviseFromRace, driverOf } from './race-ledger.ts';
export type { Sight } from './race-sights.ts';
export { type ResourceUse, resourceUses } from './resource-use.ts';
export { type Simulation, type SimulationOptions, simulate } from './simulate.ts';
export { type Solution, solveNetwork, throughputCurve } from './solve.ts';
export { type Change, type WhatIf, whatIf, withChange, withEvenConnections } from './what-if.ts';
