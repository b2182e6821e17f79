/** One question for the time: when it left and came back here, and what the other clock said in between. */
export interface ClockExchange {
  readonly sentNs: number;
  readonly receivedNs: number;
  readonly thereNs: number;
}

/** The other clock less ours, and by how much that may be wrong at most, whatever way the delay was shared between there and back. */
export interface ClockOffset {
  readonly offsetNs: number;
  readonly errorNs: number;
}

/**
 * Taken from the exchange with the smallest delay: its answer was made at some moment between sending and receiving, so the true offset is
 * within half of that delay of the middle.
 */
export const estimateOffset = (exchanges: readonly [ClockExchange, ...ClockExchange[]]): ClockOffset => {
  const findDelay = ({ sentNs, receivedNs }: ClockExchange): number => receivedNs - sentNs;
  const best = exchanges.reduce((least, one) => (findDelay(one) < findDelay(least) ? one : least));
  return { offsetNs: best.thereNs - (best.sentNs + best.receivedNs) / 2, errorNs: findDelay(best) / 2 };
};
