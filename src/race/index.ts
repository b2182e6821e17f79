export { describeEnvironment } from './environment.ts';
export type { RaceEvent } from './events.ts';
export { neighbourLimits } from './gates/neighbours.ts';
export { type FinishedRace, type RaceOptions, runRace } from './race.ts';
