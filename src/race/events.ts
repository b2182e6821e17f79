import type { RoundResult } from '../result/index.ts';

/** What a race says while it runs; the command line and the live page turn it into something to look at. */
export type RaceEvent =
  | { readonly kind: 'progress'; readonly text: string }
  | { readonly kind: 'warning'; readonly text: string }
  | {
      readonly kind: 'left-out';
      readonly candidate: string;
      readonly status: 'skipped' | 'failed';
      readonly reason: string;
    }
  | { readonly kind: 'contract-held'; readonly candidate: string; readonly checked: number }
  | {
      readonly kind: 'round-started';
      readonly candidate: string;
      readonly block: number;
      readonly blocks: number;
      /** Rounds played before this one, and rounds in all. */
      readonly played: number;
      readonly rounds: number;
      /** Estimate from the rounds played so far. */
      readonly secondsLeft: number;
      /** When about the race would be decided, where it is not yet: after so many blocks in all. */
      readonly verdict?: { readonly blocks: number; readonly secondsLeft: number };
    }
  | {
      readonly kind: 'tick';
      readonly candidate: string;
      readonly elapsedMs: number;
      readonly requestsPerSecond: number;
      readonly p99Ms: number | undefined;
    }
  | { readonly kind: 'round-ended'; readonly candidate: string; readonly round: RoundResult }
  /** Played before the race was interrupted; each is told of once, when the race is resumed. */
  | { readonly kind: 'round-kept'; readonly candidate: string; readonly round: RoundResult };
