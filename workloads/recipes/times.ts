import type { Random } from './random.ts';

/**
 * RFC 3339 in UTC with six decimals. The microseconds are never a multiple of 1000, so that no
 * serialiser shortens them to milliseconds and the contract can be strict on the text.
 */
export const formatTime = (unixSeconds: number, micros: number): string =>
  `${new Date(unixSeconds * 1000).toISOString().slice(0, 19)}.${String(micros).padStart(6, '0')}Z`;

/** A clock that every reading sets forward by a second at least: no two of its times are equal. */
export interface Timeline {
  next(): string;
}

export const startTimeline = (random: Random, startUnixSeconds: number): Timeline => {
  let unixSeconds = startUnixSeconds;
  return {
    next() {
      unixSeconds += random.int(1, 400_000);
      return formatTime(unixSeconds, random.int(0, 999) * 1000 + random.int(1, 999));
    },
  };
};
