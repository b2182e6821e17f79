import { present } from '../base/index.ts';
import { meanOf } from '../stats/sample.ts';
import type { ServerShape } from './demands.ts';
import { between, type Quantity } from './quantity.ts';
import { type CandidateOfRace, usableRounds } from './race-facts.ts';

/** Threads in the settings mean synchronous workers; Rust and Go use all cores in one process. */
export const shapeOf = (candidate: CandidateOfRace): ServerShape => {
  const { settings, language } = candidate;
  const processes = settings['workers'] ?? 1;
  const threads = settings['threads'];
  if (threads !== undefined) return { processes, threadsEach: 1, concurrencyEach: threads, routing: 'free' };
  const threadsEach = ['rust', 'go', 'java'].includes(language) ? {} : { threadsEach: 1 };
  if (processes === 1) return { processes, ...threadsEach, routing: 'free' };
  return { processes, ...threadsEach, routing: 'sticky', ...present('shares', sharesOf(candidate, processes)) };
};

/**
 * How the connections were spread over the processes, the mean over the rounds: each round has new processes, so first is the one that
 * had most, whichever that was. Undefined where no round looked.
 */
const sharesOf = (candidate: CandidateOfRace, processes: number): readonly number[] | undefined => {
  const rounds = usableRounds(candidate).flatMap(({ surroundings }) => {
    const counts = (surroundings?.server?.connectionsByProcess ?? []).slice(0, processes);
    const total = counts.reduce((sum, count) => sum + count, 0);
    return total > 0 ? [counts.map((count) => count / total)] : [];
  });
  if (rounds.length === 0) return undefined;
  const most = Math.max(...rounds.map(({ length }) => length));
  return Array.from({ length: most }, (_, process) => meanOf(rounds.map((shares) => shares[process] ?? 0)));
};

/**
 * Round trips whose CPU at the server equals that of everything it does once a request. Fitted, with the constants of twin-demands.ts, to
 * the original servers of each language and their twins.
 */
const turnsOfRequestIn: Readonly<Record<string, Quantity>> = {
  rust: between(1, 2.5, 6),
  python: between(1.5, 4, 8),
  typescript: between(5, 11, 20),
  javascript: between(5, 11, 20),
};
/** Of a server in another language: their geometric mean. */
const turnsOfRequest = between(1.5, 4.8, 15);

/**
 * The same where one worker waits for each answer: a read that blocks costs next to nothing beside the switch to another request that
 * a server of many at once pays for each round trip. Fitted to django-psycopg and its twin.
 */
const turnsOfBlockingRequest = between(5, 20, Number.POSITIVE_INFINITY);

/** Share of the server's CPU that goes with its round trips, connecting aside. */
export const serverShareOf = (
  turns: Quantity,
  connecting: number,
  { concurrencyEach }: ServerShape,
  language: string,
): Quantity => {
  const kept = Math.max(0, turns.value - connecting);
  const turnsOf =
    concurrencyEach === undefined ? (turnsOfRequestIn[language] ?? turnsOfRequest) : turnsOfBlockingRequest;
  return between(kept / (kept + turnsOf.high), kept / (kept + turnsOf.value), kept / (kept + turnsOf.low));
};
