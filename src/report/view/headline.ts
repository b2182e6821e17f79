import { formatEstimate, formatInterval, formatNumber, formatPercent } from '../../base/index.ts';
import type { BestResult, RaceGate, RaceResult } from '../../result/index.ts';
import { sweepEffects } from '../sweep/effect.ts';
import { plainText } from '../text/plain-text.ts';
import type { RatePair } from './comparisons.ts';
import type { Entry } from './entries.ts';
import { plainCheck } from './plain-check.ts';

/** The finding of a race in sentences, each of which the intervals support. */
export interface Headline {
  /** Decided: the first is faster than another, or the first two are the same. Open: it can't be told, or nothing was compared. */
  readonly kind: 'decided' | 'open';
  readonly sentence: string;
  /** The first against those that the sentence does not name, in the order of the ranking; the other points of a sweep. */
  readonly rest: readonly string[];
  /** Checks of the race that are closed. */
  readonly cautions: readonly string[];
}

export interface HeadlineOptions {
  /** How a ratio is written: 1.83x on a terminal, 1.83× on a page. @default 'x' */
  readonly times?: 'x' | '×';
  /**
   * The slower one's rate if it made as few round trips to the database as the faster one, over its rate now: what a
   * model of it predicts. Only with it is the count of round trips called the cause.
   */
  readonly gainFromRoundTrips?: (slower: Entry, roundTrips: number) => number | undefined;
}

interface Phrasing extends HeadlineOptions {
  readonly best: readonly BestResult[];
}

export const writeHeadline = (
  race: RaceResult,
  entries: readonly Entry[],
  pairs: readonly RatePair[],
  options: HeadlineOptions = {},
): Headline => {
  const cautions = listCautions(race.gates);
  const named = pairs.map((pair) => withShortReason(race, pair));
  const ranked = entries.filter(({ isRanked, isControl }) => isRanked && !isControl);
  const points = [...new Set(ranked.map(({ point }) => point))];
  const phrasing: Phrasing = { ...options, best: race.best ?? [] };
  if (points.length < 2) return { ...rankEntries(ranked, named, phrasing), cautions };
  const [effect, ...others] = sweepEffects(race);
  // A single candidate has nobody to be ahead of: what the points do to it is the finding.
  if (effect !== undefined && others.length === 0) {
    const kind = effect.isDecided ? 'decided' : 'open';
    return { kind, sentence: plainText(`${effect.name}: ${effect.text}.`), rest: [], cautions };
  }
  const atPoints = points.map((point) => {
    const { kind, sentence } = rankEntries(
      ranked.filter((entry) => entry.point === point),
      pairs,
      phrasing,
    );
    return { kind, sentence: `At ${point}: ${sentence}` };
  });
  const [first, ...rest] = atPoints;
  return { kind: first!.kind, sentence: first!.sentence, rest: rest.map(({ sentence }) => sentence), cautions };
};

/** What is closed, each check once: its worst case speaks for it, and names the others that it concerns. */
export const listCautions = (gates: readonly RaceGate[]): readonly string[] => {
  const closed = new Map<string, RaceGate[]>();
  for (const gate of gates) if (!gate.ok) closed.set(gate.name, [...(closed.get(gate.name) ?? []), gate]);
  return [...closed].map(([name, own]) => {
    const worst = own.reduce((most, gate) => ((gate.value ?? 0) > (most.value ?? 0) ? gate : most));
    const others = [...new Set(own.flatMap(({ candidates }) => candidates))].filter(
      (candidate) => !worst.candidates.includes(candidate),
    );
    const likewise = others.length === 0 ? '' : `; likewise ${others.join(', ')}`;
    return plainText(`${worst.reason ?? `${name} is closed`}${likewise}`);
  });
};

/** A withheld verdict says in plain words which checks have failed; their numbers stand among the cautions. */
const withShortReason = (race: RaceResult, pair: RatePair): RatePair => {
  const { a, b, comparison } = pair;
  if (comparison.verdict !== 'withheld') return pair;
  const closed = race.gates.filter(
    ({ ok, effect, candidates }) =>
      !ok &&
      effect === 'withholds' &&
      candidates.every((name) => [a, b].some((entry) => entry.candidate.name === name)),
  );
  if (closed.length === 0) return pair;
  const names = [...new Set(closed.map(({ name }) => name))];
  const reason = names.map(plainCheck).join(', and ');
  return { ...pair, comparison: { ...comparison, reason } };
};

/** The most telling comparison of the first with another one, and then the first against each of the rest. */
const rankEntries = (
  [first, second, ...others]: readonly Entry[],
  pairs: readonly RatePair[],
  options: Phrasing,
): Omit<Headline, 'cautions'> => {
  if (first === undefined) return open('No candidate finished a round, so there is nothing to compare.');
  const pairWith = (other: Entry) => pairs.find(({ a, b }) => a === first && b === other);
  if (second === undefined) {
    const rate = formatEstimate(first.candidate.summary?.requestsPerSecond);
    return open(`${first.name} serves ${rate} requests/s, and there is no other to compare it with.`);
  }
  const nearest = pairWith(second);
  if (nearest === undefined) {
    return open(`${first.name} and ${second.name} have no block in which both were measured, so nothing is compared.`);
  }
  const all = [nearest, ...others.flatMap((other) => pairWith(other) ?? [])];
  const telling = mostTelling(nearest, all, options);
  const isOpen = !isDecided(telling, options);
  const rest = all.filter((pair) => pair !== telling);
  return {
    kind: isOpen ? 'open' : 'decided',
    sentence: `${phrase(telling, options)}${findCause(telling, options)?.text ?? ''}.`,
    rest: rest.map((pair, index) => `${phrase(withoutSaid(pair, [telling, ...rest.slice(0, index)]), options)}.`),
  };
};

/**
 * Who is ahead of whom, and why, is what a reader came for. Where the first two are too close to say, that is the first
 * one's lead over a candidate further down: one with a cause if there is any, otherwise the nearest.
 */
const mostTelling = (nearest: RatePair, all: readonly RatePair[], options: Phrasing): RatePair => {
  if (isLead(nearest, options)) return nearest;
  const leads = all.filter((pair) => isLead(pair, options));
  return leads.find((pair) => findCause(pair, options)?.isCause === true) ?? leads[0] ?? nearest;
};

const isLead = (pair: RatePair, options: Phrasing): boolean =>
  (pair.comparison.verdict === 'faster' && pair.comparison.isNegligible !== true) ||
  findLead(pair, options) !== undefined;

const isDecided = (pair: RatePair, options: Phrasing): boolean =>
  (pair.comparison.verdict !== 'cant-tell' && pair.comparison.verdict !== 'withheld') ||
  findLead(pair, options) !== undefined;

/**
 * The bound by which the first is shown to be ahead of this one, as it is of all others (comparison with the best), where the
 * pair's own interval, which holds together with those of all pairs, can't tell.
 */
const findLead = ({ a, b, comparison }: RatePair, { best }: Phrasing): BestResult['over'][number] | undefined =>
  comparison.verdict === 'cant-tell'
    ? best
        .find(({ candidate }) => candidate === a.candidate.name)
        ?.over.find(({ candidate }) => candidate === b.candidate.name)
    : undefined;

/** A reason that an earlier pair gave is not given again. */
const withoutSaid = (pair: RatePair, earlier: readonly RatePair[]): RatePair => {
  const { reason, ...comparison } = pair.comparison;
  return earlier.some((one) => one.comparison.reason === reason) ? { ...pair, comparison } : pair;
};

const open = (sentence: string): Omit<Headline, 'cautions'> => ({ kind: 'open', sentence, rest: [] });

/** `axum serves 1.83x django [1.78, 1.88]`, or what else the verdict says. */
const phrase = (pair: RatePair, options: Phrasing): string => {
  const { a, b, comparison } = pair;
  const times = options.times ?? 'x';
  const { ratio, low, high, verdict, margin, moreRounds, blocks, reason } = comparison;
  const factor = `${formatNumber(ratio)}${times}`;
  const ends = formatInterval({ low, high });
  const interval = ends === undefined ? '' : ` ${ends}`;
  switch (verdict) {
    case 'faster':
      return comparison.isNegligible === true
        ? `${a.name} serves ${factor} ${b.name}${interval}: a real difference, and less than ${formatPercent(margin)}`
        : `${a.name} serves ${factor} ${b.name}${interval}`;
    case 'slower':
      return `${a.name} serves ${factor} ${b.name}${interval}, by the blocks in which both were measured`;
    case 'same':
      return `${a.name} and ${b.name} serve the same within ${formatPercent(margin)} (${factor}${interval})`;
    case 'cant-tell': {
      const lead = findLead(pair, options);
      if (lead !== undefined)
        return `${a.name} serves ${factor} ${b.name} (at least ${formatNumber(lead.low)}${times})`;
      const seen = `${factor}${interval} after ${countAll(blocks, 'block')}`;
      const more =
        moreRounds !== undefined && Number.isFinite(moreRounds)
          ? `; about ${countAll(moreRounds, 'more block')} would tell`
          : '';
      return `Can’t tell whether ${a.name} or ${b.name} serves more: ${seen}${more}`;
    }
    case 'withheld':
      return `No verdict on ${a.name} and ${b.name} (${factor}${interval})${reason === undefined ? '' : `: ${plainText(reason)}`}`;
    default:
      return verdict satisfies never;
  }
};

/** This many times the round trips are worth a clause. */
const notable = 1.2;
/** A count that fewer requests share is not what each request costs. */
const steady = 0.9;

/**
 * The round trips of both, where they differ the way the rates do. "Because" is said only when the model gives at
 * least half of the difference (as logs) for the round trips alone; otherwise the counts stand beside it, and where there
 * is no model to ask, that is said.
 */
const findCause = (
  pair: RatePair,
  options: Phrasing,
): { readonly isCause: boolean; readonly text: string } | undefined => {
  if (!isLead(pair, options)) return undefined;
  const { a, b, comparison } = pair;
  const [few, many] = [a.candidate.calibration, b.candidate.calibration];
  if (few === undefined || many === undefined || few.stable < steady || many.stable < steady) return undefined;
  if (many.roundTrips < notable * few.roundTrips) return undefined;
  const [most, least] = [formatNumber(many.roundTrips), formatNumber(few.roundTrips)];
  const gain = options.gainFromRoundTrips?.(b, few.roundTrips);
  const isCause = gain !== undefined && Math.log(gain) >= 0.5 * Math.log(comparison.ratio);
  const made = `${b.name} makes ${most} database round trips per request`;
  if (isCause) return { isCause, text: ` because ${made}, not ${least}` };
  const doubt = gain === undefined ? ` (perhaps the cause: the model does not explain ${b.name}’s rate)` : '';
  return { isCause, text: `; ${made}, ${a.name} ${least}${doubt}` };
};

const countAll = (count: number, what: string): string => `${formatNumber(count)} ${what}${count === 1 ? '' : 's'}`;
