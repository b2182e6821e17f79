import { plainText } from '../text/plain-text.ts';
import type { RaceView } from '../view/race-view.ts';

/** One line a round, whatever became of it. Absent figures are empty, never 0. */
export const formatRoundsCsv = ({ race, entries }: RaceView): string =>
  csv(
    [
      'race',
      'candidate',
      'block',
      'position',
      'startedAt',
      'outcome',
      'requestsPerSecond',
      'elapsedSeconds',
      'ok',
      'wrong',
      'status',
      'reset',
      'timeout',
      'cutOff',
      'neverSent',
      'meanMs',
      'minMs',
      'p50Ms',
      'p90Ms',
      'p95Ms',
      'p99Ms',
      'maxMs',
      'candidateCpuSeconds',
      'candidatePeakPssMiB',
      'roundTripsPerRequest',
      'closedGates',
    ],
    entries.flatMap(({ candidate }) =>
      candidate.rounds.map((round) => {
        const own = round.components?.find(({ name }) => name === 'candidate');
        const { latencyMs: latency } = round;
        return [
          race.id,
          candidate.name,
          round.block,
          round.position,
          round.startedAt,
          round.outcome,
          round.requestsPerSecond,
          round.elapsedSeconds,
          round.ok,
          round.wrong,
          round.status,
          round.reset,
          round.timeout,
          round.cutOff,
          round.neverSent,
          latency?.mean,
          latency?.min,
          latency?.p50,
          latency?.p90,
          latency?.p95,
          latency?.p99,
          latency?.max,
          own?.cpuSeconds,
          own?.peakPssMiB,
          round.ledger?.perRequest,
          (round.gates ?? [])
            .filter(({ ok }) => !ok)
            .map(({ name }) => name)
            .join(' '),
        ];
      }),
    ),
  );

/** One line a candidate and percentile: of all requests together, and the least and most over its rounds. */
export const formatPercentilesCsv = ({ race, percentiles }: RaceView): string =>
  csv(
    ['race', 'candidate', 'requests', 'percentile', 'latencyMs', 'lowestRoundMs', 'highestRoundMs', 'supported'],
    percentiles.flatMap(({ entry, requests, points }) =>
      points.map((point) => [
        race.id,
        entry.candidate.name,
        requests,
        Number((100 * point.quantile).toFixed(6)),
        point.latencyMs,
        point.lowMs,
        point.highMs,
        point.isSupported ? 'yes' : 'no',
      ]),
    ),
  );

type Cell = string | number | undefined;

const csv = (header: readonly string[], rows: readonly (readonly Cell[])[]): string =>
  `${[header, ...rows].map((cells) => cells.map(cell).join(',')).join('\r\n')}\r\n`;

/** RFC 4180. Spreadsheets run text that begins like a formula, so such text gets an apostrophe in front. */
const cell = (value: Cell): string => {
  if (value === undefined) return '';
  if (typeof value === 'number') return String(value);
  const plain = plainText(value);
  const safe = /^[=+\-@\t]/.test(plain) ? `'${plain}` : plain;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};
