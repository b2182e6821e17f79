import type { RaceResult } from '../result/index.ts';
import { type RaceView, raceView, type ViewOptions } from './view/race-view.ts';

/**
 * What a race says, in one sentence: `starlette serves 1.83x axum [1.78, 1.88] because axum waits 20 times for the
 * database a request, not 10`. A ratio stands there only where its interval supports it; otherwise that it can't be
 * told, and about how many more blocks would tell.
 */
export const verdictSentence = (race: RaceResult, options: ViewOptions = {}): string =>
  raceView(race, options).headline.sentence;

/** The sentence with what belongs to it: the other candidates, and gates that take away from it. One line each. */
export const formatVerdict = ({ headline }: RaceView): string =>
  `${[headline.sentence, ...headline.rest.map((text) => `  ${text}`), ...headline.cautions.map((text) => `  Caution: ${text}.`)].join('\n')}\n`;
