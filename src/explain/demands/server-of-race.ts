import { present } from '../../base/index.ts';
import { average } from '../../stats/sample.ts';
import type { ServerShape } from './demands.ts';
import { between, type Estimate } from './estimate.ts';
import { type CandidateOfRace, usableRounds } from './race-facts.ts';

/** Threads in the settings mean synchronous workers; Rust and Go use all cores in one process. */
export const readShape = (candidate: CandidateOfRace): ServerShape => {
  const { settings, language } = candidate;
  const processes = settings['workers'] ?? 1;
  const threads = settings['threads'];
  if (threads !== undefined) return { processes, threadsEach: 1, concurrencyEach: threads, routing: 'free' };
  const threadsEach = ['rust', 'go', 'java'].includes(language) ? {} : { threadsEach: 1 };
  if (processes === 1) return { processes, ...threadsEach, routing: 'free' };
  return { processes, ...threadsEach, routing: 'sticky', ...present('shares', readShares(candidate, processes)) };
};

/**
 * How the connections were spread over the processes, the mean over the rounds: each round has new processes, so first is the one that
 * had most, whichever that was. Undefined where no round looked.
 */
const readShares = (candidate: CandidateOfRace, processes: number): readonly number[] | undefined => {
  const rounds = usableRounds(candidate).flatMap(({ telemetry }) => {
    const counts = (telemetry?.server?.connectionsByProcess ?? []).slice(0, processes);
    const total = counts.reduce((sum, count) => sum + count, 0);
    return total > 0 ? [counts.map((count) => count / total)] : [];
  });
  if (rounds.length === 0) return undefined;
  const most = Math.max(...rounds.map(({ length }) => length));
  return Array.from({ length: most }, (_, process) => average(rounds.map((shares) => shares[process] ?? 0)));
};

/**
 * Round trips whose CPU at the server equals that of everything it does once a request. Fitted, with the constants of variant-demands.ts, to
 * the original servers of each language and their variants.
 */
const turnsOfRequestIn: Readonly<Record<string, Estimate>> = {
  rust: between(1, 2.5, 6),
  python: between(1.5, 4, 8),
  typescript: between(5, 11, 20),
  javascript: between(5, 11, 20),
};
/** For a server in another language: their geometric mean. */
const turnsOfRequest = between(1.5, 4.8, 15);

/**
 * The same where one worker waits for each answer: a read that blocks costs next to nothing beside the switch to another request that
 * a server of many at once pays for each round trip. Fitted to django-psycopg and its variant.
 */
const turnsOfBlockingRequest = between(5, 20, Number.POSITIVE_INFINITY);

/** Share of the server's CPU that goes with its round trips, connecting aside. */
export const estimateServerShare = (
  turns: Estimate,
  connecting: number,
  { concurrencyEach }: ServerShape,
  language: string,
): Estimate => {
  const kept = Math.max(0, turns.value - connecting);
  const countTurns =
    concurrencyEach === undefined ? (turnsOfRequestIn[language] ?? turnsOfRequest) : turnsOfBlockingRequest;
  return between(kept / (kept + countTurns.high), kept / (kept + countTurns.value), kept / (kept + countTurns.low));
};
