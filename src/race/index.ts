export type { RaceEvent } from './events.ts';
export { otherProcessLimits } from './gates/other-processes.ts';
export type { FinishedRace } from './journal/play-to-end.ts';
export { checkPlanHere, type PlanCheck } from './preflight/check-plan.ts';
export { describeEnvironment } from './preflight/environment.ts';
export { type RaceOptions, runRace } from './race.ts';
export { runUrlRace } from './urls/race-urls.ts';
