import {
  adviseCandidate,
  type CandidateAdvice,
  type Demands,
  type Explanation,
  exactly,
  explainRace,
  whatIf,
} from '../../explain/index.ts';
import type { RaceResult } from '../../result/index.ts';
import { type RatePair, ratePairs } from './comparisons.ts';
import { type ComponentUse, componentUses } from './components.ts';
import { type Entry, listEntries } from './entries.ts';
import { type GateRow, gateRows } from './gates.ts';
import { type Headline, writeHeadline } from './headline.ts';
import { type PercentileCurve, percentileCurves } from './percentiles.ts';

/** All that a report shows of a race, computed once; each format only writes it down. */
export interface RaceView {
  readonly race: RaceResult;
  readonly entries: readonly Entry[];
  readonly pairs: readonly RatePair[];
  readonly headline: Headline;
  readonly percentiles: readonly PercentileCurve[];
  readonly components: readonly ComponentUse[];
  readonly gates: readonly GateRow[];
  readonly models: readonly ModelView[];
}

/** The model of one candidate, compared with what was measured of it. */
export interface ModelView {
  readonly entry: Entry;
  readonly demands: Demands;
  readonly explanation: Explanation;
  /** What to change first, as far as the race checked the model. */
  readonly advice: CandidateAdvice;
}

export interface ViewOptions {
  /** How ratios are written. @default 'x' */
  readonly times?: 'x' | '×';
}

export const raceView = (race: RaceResult, options: ViewOptions = {}): RaceView => {
  const entries = listEntries(race);
  const pairs = ratePairs(race, entries);
  const models = buildModels(race, entries);
  return {
    race,
    entries,
    pairs,
    headline: headlineFrom({ race, entries, pairs, models }, options),
    percentiles: percentileCurves(entries),
    components: componentUses(entries),
    gates: gateRows(entries),
    models,
  };
};

/** The same view with ratios written another way: its models are not computed again. */
export const withTimes = (view: RaceView, times: '×'): RaceView => ({
  ...view,
  headline: headlineFrom(view, { times }),
});

const headlineFrom = (
  { race, entries, pairs, models }: Pick<RaceView, 'race' | 'entries' | 'pairs' | 'models'>,
  options: ViewOptions,
): Headline =>
  writeHeadline(race, entries, pairs, {
    ...options,
    gainFromRoundTrips: (slower, roundTrips) => estimateGain(models, slower, roundTrips),
  });

const buildModels = (race: RaceResult, entries: readonly Entry[]): readonly ModelView[] => {
  const { explanations } = explainRace(race);
  return entries
    .filter(({ isRanked }) => isRanked)
    .flatMap((entry) => {
      const explained = explanations.find(({ candidate }) => candidate === entry.candidate.name);
      if (explained === undefined) return [];
      const { demands, explanation } = explained;
      return [{ entry, demands, explanation, advice: adviseCandidate(race, explained) }];
    });
};

/**
 * What a model that explains the measured rate makes of the round trips of another candidate, whose rate was measured too:
 * it is compared with that and shown to nobody, so it may go further than what-ifs do.
 */
const estimateGain = (models: readonly ModelView[], entry: Entry, roundTrips: number): number | undefined => {
  const model = models.find((candidate) => candidate.entry === entry);
  if (model === undefined || model.explanation.kind !== 'explained') return undefined;
  const { roundTripShare, ...demands } = model.demands;
  // How much of its CPU a server would save is assumed; a cause rests on the waits alone.
  const waiting =
    roundTripShare === undefined ? demands : { ...demands, roundTripShare: { ...roundTripShare, server: exactly(0) } };
  return whatIf(waiting, { roundTrips }).gain.value;
};
