import type { CandidateOfRace } from './race-facts.ts';

/** What a request asks of the far side. */
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
export const askedOf = ({ calibration }: CandidateOfRace): Asked | undefined => {
  if (calibration?.waterfall === undefined) return undefined;
  const { tcp, tls, auth = 0 } = calibration.connectTurnarounds;
  // An empty query runs nothing, and nothing of it is parsed.
  const letters = calibration.waterfall.map(({ up, down = '' }) => (down.startsWith('I') ? '' : up)).join('');
  const countOf = (kinds: string): number => [...letters].filter((letter) => kinds.includes(letter)).length;
  return {
    turns: calibration.underLoad.turnarounds,
    statements: countOf('EQ'),
    parses: countOf('PQ'),
    connects: tcp + tls + auth >= 1,
  };
};
