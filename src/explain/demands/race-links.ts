import type { Demands } from './demands.ts';
import { type Estimate, exactly } from './estimate.ts';
import { overRounds } from './over-rounds.ts';
import type { ConditionsOfRace, RoundOfRace } from './race-facts.ts';

/** Round trips of a race's emulated links. */
export interface RaceLinks {
  ms(place: string): Estimate;
  /** For a request that is alone: what the relay itself is late by, not what many had to queue for. */
  aloneMs(place: string): number;
  readonly unseen: Demands['unseen'];
}

/** What the relay is late by on an idle machine, its floor taken off (docs/benchmarks.md, "Relay"). */
const relayLatenessMs = 0.15;

/**
 * Achieved round trips of the emulated links; 0 where there is none (what loopback takes is in the database's
 * wait). Where no round has what was achieved, what was asked for stands in, and is named as unseen.
 */
export const pickLinks = ({ links }: ConditionsOfRace, rounds: readonly RoundOfRace[]): RaceLinks => {
  const achieved = (place: string): Estimate | undefined =>
    overRounds(rounds, (round) => round.links?.[place]?.rttMs.mean ?? round.links?.[place]?.rttMs.p50);
  const asked = (place: string): number => links?.[place]?.rttMs ?? 0;
  return {
    ms: (place: string): Estimate => achieved(place) ?? exactly(asked(place)),
    aloneMs: (place: string): number => {
      const middle = overRounds(rounds, (round) => round.links?.[place]?.rttMs.p50) ?? achieved(place);
      if (middle === undefined) return asked(place);
      return asked(place) > 0 ? Math.min(middle.value, asked(place) + relayLatenessMs) : middle.value;
    },
    unseen: Object.keys(links ?? {})
      .filter((place) => asked(place) > 0 && achieved(place) === undefined)
      .map((place) => ({
        what: `delay of the link ${place}`,
        why: 'no round has what it achieved; what was asked for is used',
      })),
  };
};
