/** What the live page is told, one message at a time; the page is a function of all of them. */
export type LiveMessage =
  | { readonly kind: 'note'; readonly text: string }
  | { readonly kind: 'warning'; readonly text: string }
  | { readonly kind: 'left-out'; readonly candidate: string; readonly reason: string }
  | {
      readonly kind: 'round-started';
      readonly candidate: string;
      readonly block: number;
      readonly blocks: number;
      readonly played: number;
      readonly rounds: number;
      readonly secondsLeft: number;
      readonly verdict?: { readonly blocks: number; readonly secondsLeft: number };
    }
  | {
      readonly kind: 'tick';
      readonly candidate: string;
      readonly elapsedMs: number;
      readonly requestsPerSecond: number;
      readonly p99Ms?: number;
    }
  | {
      readonly kind: 'round-ended';
      readonly candidate: string;
      readonly block: number;
      readonly outcome: string;
      readonly requestsPerSecond?: number;
      readonly p99Ms?: number;
      /** Why it failed or was refused, and gates that were closed. */
      readonly remarks: readonly string[];
    }
  | { readonly kind: 'ended'; readonly sentence: string; readonly hasReport: boolean };

/** What is known before the race begins. */
export interface LiveHead {
  readonly name: string;
  readonly about: string;
  readonly conditions: string;
  readonly candidates: readonly string[];
  readonly blocks: number;
}
