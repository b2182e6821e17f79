import { formatNumber } from '../../base/index.ts';
import type { CandidateFacts } from '../../result/index.ts';

/** Round trips per request. With pipelining it depends on the server's speed which of them the client waits for. */
export const formatRoundTrips = (calibration: CandidateFacts['calibration']): string => {
  if (calibration === undefined) return '-';
  const { roundTrips, overlapped = 0 } = calibration;
  return `${overlapped > 0 ? 'at least ' : ''}${formatNumber(roundTrips)}`;
};
