/** Three significant digits, never an exponent: 0.0123, 1.23, 123, 12,300. */
export const formatNumber = (value: number): string => {
  if (!Number.isFinite(value)) return '-';
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString('en-US');
  return value === 0 ? '0' : String(Number(value.toPrecision(3)));
};

/** A value with its unit, or a dash when it could not be measured. */
export const formatEstimateRange = (value: number | undefined, unit: string): string =>
  value === undefined ? '-' : `${formatNumber(value)}${unit}`;

/** `1.23 %` of 0.0123, with the digits of `formatNumber`. */
export const formatPercent = (ratio: number): string => `${formatNumber(100 * ratio)} %`;

/** `12 %` of 0.123: where more digits would promise too much. */
export const formatWholePercent = (ratio: number): string => formatPercent(Math.round(100 * ratio) / 100);

/** `12 %` of 0.123 and `1.2 %` of 0.0123: a share that is compared with a small limit. */
export const formatShare = (ratio: number): string => `${(100 * ratio).toFixed(ratio < 0.0995 ? 1 : 0)} %`;

interface Ends {
  readonly low?: number | undefined;
  readonly high?: number | undefined;
}

/** `[480, 510]`; undefined where there is no interval, as after a single round. */
export const formatInterval = (
  { low, high }: Ends,
  format: (value: number) => string = formatNumber,
): string | undefined => (low === undefined || high === undefined ? undefined : `[${format(low)}, ${format(high)}]`);

/** `495 [480, 510]`; after a single round `495 [?]`, for one round has no interval. */
export const formatEstimate = (estimate: (Ends & { readonly mean: number }) | undefined): string =>
  estimate === undefined ? '-' : `${formatNumber(estimate.mean)} ${formatInterval(estimate) ?? '[?]'}`;
