/** Three significant digits, never an exponent: 0.0123, 1.23, 123, 12,300. */
export const formatNumber = (value: number): string => {
  if (!Number.isFinite(value)) return '-';
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString('en-US');
  return value === 0 ? '0' : String(Number(value.toPrecision(3)));
};

/** A value with its unit, or a dash when it could not be measured. */
export const formatQuantity = (value: number | undefined, unit: string): string =>
  value === undefined ? '-' : `${formatNumber(value)}${unit}`;

/** `495 [480, 510]`; after a single round `495 [?]`, for one round has no interval. */
export const formatEstimate = (
  estimate:
    | { readonly mean: number; readonly low?: number | undefined; readonly high?: number | undefined }
    | undefined,
): string => {
  if (estimate === undefined) return '-';
  const { mean, low, high } = estimate;
  return low === undefined || high === undefined
    ? `${formatNumber(mean)} [?]`
    : `${formatNumber(mean)} [${formatNumber(low)}, ${formatNumber(high)}]`;
};
