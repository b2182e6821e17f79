import type { CandidateOfRace } from '../demands/race-facts.ts';

/** What a request asks of the database side. */
export interface Asked {
  /** Round trips under load. */
  readonly turns: number;
  /** Statements that run. */
  readonly statements: number;
  /** Statements that have to be parsed and planned. */
  readonly parses: number;
  /** Whether each request opens a connection. */
  readonly connects: boolean;
}

/** Read off the one request whose messages the calibration kept; undefined where it kept none. */
export const readAsked = ({ calibration }: CandidateOfRace): Asked | undefined => {
  if (calibration?.waterfall === undefined) return undefined;
  const { tcp, tls, auth = 0 } = calibration.connectRoundTrips;
  // An empty query runs nothing, and nothing of it is parsed.
  const letters = calibration.waterfall.map(({ up, down = '' }) => (down.startsWith('I') ? '' : up)).join('');
  const countAll = (kinds: string): number => [...letters].filter((letter) => kinds.includes(letter)).length;
  return {
    turns: calibration.underLoad.roundTrips,
    statements: countAll('EQ'),
    parses: countAll('PQ'),
    connects: tcp + tls + auth >= 1,
  };
};
