import { formatEstimate, formatNumber, formatWholePercent } from '../../base/index.ts';
import type { Estimate } from '../../explain/index.ts';

/** `267 [260, 274]`, or `25` where both ends are the same. */
export const estimate = ({ value, low, high }: Estimate): string =>
  low === high ? formatNumber(value) : formatEstimate({ mean: value, low, high });

export const trips = (count: number): string => `${formatNumber(count)} ${count === 1 ? 'round trip' : 'round trips'}`;

export const signed = (ratio: number): string => `${ratio < 0 ? '-' : '+'}${formatWholePercent(Math.abs(ratio))}`;
