import { setTimeout as sleep } from 'node:timers/promises';

/** Asks again and again until there is an answer. */
export const until = async <T>(
  what: string,
  ask: () => T | undefined | false | Promise<T | undefined | false>,
  limitMs = 30_000,
): Promise<T> => {
  for (const end = Date.now() + limitMs; Date.now() < end; await sleep(25)) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
  }
  throw new Error(`waited ${limitMs / 1_000} s for ${what}`);
};
