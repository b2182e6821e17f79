export type { RaceEvent } from './events.ts';
export { type FinishedRace, type RaceOptions, runRace } from './race.ts';
