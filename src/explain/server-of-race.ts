import type { ServerShape } from './demands.ts';
import { between, type Quantity } from './quantity.ts';
import type { CandidateOfRace } from './race-facts.ts';

/** Threads in the settings mean synchronous workers; Rust and Go use all cores in one process. */
export const shapeOf = ({ settings, language }: CandidateOfRace): ServerShape => {
  const processes = settings['workers'] ?? 1;
  const threads = settings['threads'];
  if (threads !== undefined) return { processes, threadsEach: 1, concurrencyEach: threads, routing: 'free' };
  if (['rust', 'go', 'java'].includes(language)) return { processes, routing: processes > 1 ? 'sticky' : 'free' };
  return { processes, threadsEach: 1, routing: processes > 1 ? 'sticky' : 'free' };
};

/**
 * Round trips whose CPU at the server equals that of everything it does once a request. Fitted: 3.2 between axum-bb8 and its twin, 2.9
 * between starlette-asyncpg and its twin, 9 between the two Fastify servers; their geometric mean.
 */
const turnsOfRequest = { low: 2, value: 4.4, high: 10 } as const;

/**
 * The same where one worker waits for each answer: a read that blocks costs next to nothing beside the switch to another request that
 * a server of many at once pays for each round trip. Fitted to django-psycopg and its twin.
 */
const turnsOfBlockingRequest = { low: 5, value: 20, high: Number.POSITIVE_INFINITY } as const;

/** Share of the server's CPU that goes with its round trips, connecting aside. */
export const serverShareOf = (turns: Quantity, connecting: number, { concurrencyEach }: ServerShape): Quantity => {
  const kept = Math.max(0, turns.value - connecting);
  const turnsOf = concurrencyEach === undefined ? turnsOfRequest : turnsOfBlockingRequest;
  return between(kept / (kept + turnsOf.high), kept / (kept + turnsOf.value), kept / (kept + turnsOf.low));
};
