import type { RaceGate, RaceResult } from '../../result/index.ts';
import { formatEstimate, formatNumber } from '../numbers.ts';
import { plainText } from '../plain-text.ts';
import { sweepEffects } from '../sweep-effect.ts';
import type { RatePair } from './comparisons.ts';
import type { Entry } from './entries.ts';

/** The finding of a race in sentences, each of which the intervals support. */
export interface Headline {
  /** Decided: the first is faster, or the first two are the same. Open: it can't be told, or nothing was compared. */
  readonly kind: 'decided' | 'open';
  readonly sentence: string;
  /** The first against the others, when there are more than two; the other points of a sweep. */
  readonly rest: readonly string[];
  /** Checks of the race that are closed. */
  readonly cautions: readonly string[];
}

export interface HeadlineOptions {
  /** How a ratio is written: 1.83x on a terminal, 1.83× on a page. @default 'x' */
  readonly times?: 'x' | '×';
  /**
   * The slower one's rate if it waited for the database as often as the faster one, over its rate now: what a
   * model of it predicts. Only with it is the count of round trips called the cause.
   */
  readonly gainFromTurnarounds?: (slower: Entry, turnarounds: number) => number | undefined;
}

export const headlineOf = (
  race: RaceResult,
  entries: readonly Entry[],
  pairs: readonly RatePair[],
  options: HeadlineOptions = {},
): Headline => {
  const cautions = cautionsOf(race);
  const named = pairs.map((pair) => withShortReason(race, pair));
  const ranked = entries.filter(({ isRanked, isTwin }) => isRanked && !isTwin);
  const points = [...new Set(ranked.map(({ point }) => point))];
  if (points.length < 2) return { ...rankingOf(ranked, named, options), cautions };
  const [effect, ...others] = sweepEffects(race);
  // Of one candidate there is nobody to be ahead of: what the points do to it is the finding.
  if (effect !== undefined && others.length === 0) {
    const kind = effect.isDecided ? 'decided' : 'open';
    return { kind, sentence: plainText(`${effect.name}: ${effect.text}.`), rest: [], cautions };
  }
  const atPoints = points.map((point) => {
    const { kind, sentence } = rankingOf(
      ranked.filter((entry) => entry.point === point),
      pairs,
      options,
    );
    return { kind, sentence: `At ${point}: ${sentence}` };
  });
  const [first, ...rest] = atPoints;
  return { kind: first!.kind, sentence: first!.sentence, rest: rest.map(({ sentence }) => sentence), cautions };
};

/** What is closed, each check once: its worst case speaks for it, and names the others that it concerns. */
const cautionsOf = ({ gates }: RaceResult): readonly string[] => {
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

/** A withheld verdict names the checks that are closed; what they found stands among the cautions. */
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
  const reason = `the check${names.length === 1 ? '' : 's'} ${names.join(', ')} ${names.length === 1 ? 'has' : 'have'} failed`;
  return { ...pair, comparison: { ...comparison, reason } };
};

/** The first against the second, and then against each other one. */
const rankingOf = (
  [first, second, ...others]: readonly Entry[],
  pairs: readonly RatePair[],
  options: HeadlineOptions,
): Omit<Headline, 'cautions'> => {
  if (first === undefined) return open('No candidate finished a round, so there is nothing to compare.');
  const pairWith = (other: Entry) => pairs.find(({ a, b }) => a === first && b === other);
  if (second === undefined) {
    const rate = formatEstimate(first.candidate.summary?.requestsPerSecond);
    return open(`${first.name} serves ${rate} requests/s, and there is no other to compare it with.`);
  }
  const pair = pairWith(second);
  if (pair === undefined) {
    return open(`${first.name} and ${second.name} have no block in which both were measured, so nothing is compared.`);
  }
  const isOpen = pair.comparison.verdict === 'cant-tell' || pair.comparison.verdict === 'withheld';
  return {
    kind: isOpen ? 'open' : 'decided',
    sentence: `${phrase(pair, options)}${causeOf(pair, options)}.`,
    rest: others
      .flatMap((other) => pairWith(other) ?? [])
      .map((against) => `${phrase(withoutSaid(against, pair), options)}.`),
  };
};

/** A reason that the first pair gave is not given again. */
const withoutSaid = (pair: RatePair, { comparison: { reason: said } }: RatePair): RatePair => {
  const { reason, ...comparison } = pair.comparison;
  return reason === said ? { ...pair, comparison } : pair;
};

const open = (sentence: string): Omit<Headline, 'cautions'> => ({ kind: 'open', sentence, rest: [] });

/** `axum serves 1.83x django [1.78, 1.88]`, or what else the verdict says. */
const phrase = ({ a, b, comparison }: RatePair, { times = 'x' }: HeadlineOptions): string => {
  const { ratio, low, high, verdict, margin, moreRounds, blocks, reason } = comparison;
  const factor = `${formatNumber(ratio)}${times}`;
  const interval = low === undefined || high === undefined ? '' : ` [${formatNumber(low)}, ${formatNumber(high)}]`;
  switch (verdict) {
    case 'faster':
      return comparison.isNegligible === true
        ? `${a.name} serves ${factor} ${b.name}${interval}: a real difference, and less than ${percent(margin)}`
        : `${a.name} serves ${factor} ${b.name}${interval}`;
    case 'slower':
      return `${a.name} serves ${factor} ${b.name}${interval}, by the blocks in which both were measured`;
    case 'same':
      return `${a.name} and ${b.name} serve the same within ${percent(margin)} (${factor}${interval})`;
    case 'cant-tell': {
      const seen = `${factor}${interval} after ${countOf(blocks, 'block')}`;
      const more =
        moreRounds !== undefined && Number.isFinite(moreRounds)
          ? `; about ${countOf(moreRounds, 'more block')} would tell`
          : '';
      return `Can’t tell whether ${a.name} or ${b.name} serves more: ${seen}${more}`;
    }
    case 'withheld':
      return `No verdict on ${a.name} and ${b.name} (${factor}${interval})${reason === undefined ? '' : `: ${plainText(reason)}`}`;
    default:
      return verdict satisfies never;
  }
};

/** This much more waiting is worth a clause. */
const notable = 1.2;
/** A count that fewer requests share is not what "a request" costs. */
const steady = 0.9;

/**
 * The round trips of both, where they differ the way the rates do. "Because" is said only when the model gives at
 * least half of the difference (as logs) for the round trips alone; otherwise the counts stand beside it.
 */
const causeOf = ({ a, b, comparison }: RatePair, { gainFromTurnarounds }: HeadlineOptions): string => {
  if (comparison.verdict !== 'faster' || comparison.isNegligible === true) return '';
  const [few, many] = [a.candidate.calibration, b.candidate.calibration];
  if (few === undefined || many === undefined || few.stable < steady || many.stable < steady) return '';
  if (many.turnarounds < notable * few.turnarounds) return '';
  const counts = [formatNumber(many.turnarounds), formatNumber(few.turnarounds)];
  const gain = gainFromTurnarounds?.(b, few.turnarounds);
  const isCause = gain !== undefined && Math.log(gain) >= 0.5 * Math.log(comparison.ratio);
  return isCause
    ? ` because ${b.name} waits ${counts[0]} times for the database a request, not ${counts[1]}`
    : `; ${b.name} waits ${counts[0]} times for the database a request, ${a.name} ${counts[1]} times`;
};

const percent = (ratio: number): string => `${formatNumber(100 * ratio)} %`;

const countOf = (count: number, what: string): string => `${formatNumber(count)} ${what}${count === 1 ? '' : 's'}`;
