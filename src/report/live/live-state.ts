import type { LiveMessage } from './live-message.ts';

/** What the live page shows. */
export interface LiveState {
  readonly note: string;
  readonly warnings: readonly string[];
  readonly leftOut: Readonly<Record<string, string>>;
  readonly current?: CurrentRound;
  /** The last attempt at each round. */
  readonly cells: readonly Cell[];
  readonly blocks: number;
  readonly played: number;
  readonly rounds: number;
  readonly secondsLeft?: number;
  /** When about the race would be decided, counted like `secondsLeft`. */
  readonly verdict?: { readonly blocks: number; readonly secondsLeft: number };
  readonly ended?: { readonly sentence: string; readonly hasReport: boolean };
}

export interface CurrentRound {
  readonly candidate: string;
  readonly block: number;
  readonly ticks: readonly { readonly seconds: number; readonly requestsPerSecond: number; readonly p99Ms?: number }[];
}

export interface Cell {
  readonly candidate: string;
  readonly block: number;
  readonly outcome: string;
  readonly requestsPerSecond?: number;
  readonly p99Ms?: number;
  readonly remarks: readonly string[];
}

export const emptyLiveState = (blocks: number): LiveState => ({
  note: 'Starting',
  warnings: [],
  leftOut: {},
  cells: [],
  blocks,
  played: 0,
  rounds: 0,
});

/** Those of the plan, then others that turn up (a A/A control). */
export const namesIn = ({ cells, current }: LiveState, planned: readonly string[]): readonly string[] => [
  ...new Set([...planned, ...cells.map(({ candidate }) => candidate), ...(current ? [current.candidate] : [])]),
];

/** The state after one more message. */
export const afterMessage = (state: LiveState, message: LiveMessage): LiveState => {
  switch (message.kind) {
    case 'note':
      return { ...state, note: message.text };
    case 'warning':
      return { ...state, warnings: [...state.warnings, message.text] };
    case 'left-out':
      return { ...state, leftOut: { ...state.leftOut, [message.candidate]: message.reason } };
    case 'round-started': {
      const { candidate, block, blocks, played, rounds, secondsLeft, verdict } = message;
      const { verdict: _, ...rest } = state;
      return {
        ...rest,
        note: '',
        current: { candidate, block, ticks: [] },
        blocks,
        played,
        rounds,
        secondsLeft,
        ...(verdict === undefined ? {} : { verdict }),
      };
    }
    case 'tick': {
      const { current } = state;
      if (current === undefined || current.candidate !== message.candidate) return state;
      const { elapsedMs, requestsPerSecond, p99Ms } = message;
      const tick = { seconds: elapsedMs / 1_000, requestsPerSecond, ...(p99Ms === undefined ? {} : { p99Ms }) };
      return { ...state, current: { ...current, ticks: [...current.ticks, tick] } };
    }
    case 'round-ended': {
      const { kind: _, ...cell } = message;
      const { current, ...rest } = state;
      const others = state.cells.filter(({ candidate, block }) => candidate !== cell.candidate || block !== cell.block);
      return { ...rest, cells: [...others, cell], played: state.played + 1 };
    }
    case 'ended': {
      const { current, secondsLeft, verdict, ...rest } = state;
      return { ...rest, ended: { sentence: message.sentence, hasReport: message.hasReport } };
    }
    default:
      return message satisfies never;
  }
};
