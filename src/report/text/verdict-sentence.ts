import type { RaceResult } from '../../result/index.ts';
import { raceView, type ViewOptions } from '../view/race-view.ts';

/**
 * What a race says, in one sentence: `starlette serves 1.83x axum [1.78, 1.88] because axum makes 20
 * database round trips per request, not 10`. A ratio stands there only where its interval supports it; otherwise that it can't be
 * told, and about how many more blocks would tell.
 */
export const verdictSentence = (race: RaceResult, options: ViewOptions = {}): string =>
  raceView(race, options).headline.sentence;
