import type { LoadJob, TimelineWindow } from '../../load/index.ts';
import type { Io } from '../terminal/io.ts';

export interface LoadView {
  start(): void;
  show(window: TimelineWindow): void;
  /** Takes the view off the screen. */
  close(): void;
}

const barWidth = 30;
const rowsShown = 10;

/** A live view of a run on a terminal: rate, latency, failures, time left. Silent where it is off. */
export const openLoadView = async (job: LoadJob, io: Io, isOn: boolean): Promise<LoadView> => {
  if (!isOn) return { start: () => {}, show: () => {}, close: () => {} };
  // Loaded here: without a terminal it isn't used.
  const { createLogUpdate } = await import('log-update');
  const log = createLogUpdate(process.stdout, { showCursor: true });
  const windows: TimelineWindow[] = [];
  return {
    start: () => log('Loading …'),
    show: (window) => {
      windows.push(window);
      if (windows.length > rowsShown) windows.shift();
      log(formatLoadView(job, windows, io.columns));
    },
    close: () => log.clear(),
  };
};

/** The view as text: a bar for the time, then the last seconds. */
export const formatLoadView = (job: LoadJob, windows: readonly TimelineWindow[], columns: number): string => {
  const last = windows.at(-1);
  const elapsedMs = last === undefined ? 0 : last.atMs + 1_000;
  const lines = [
    progress(job, elapsedMs),
    '',
    '       second    requests/s      failed      p50 ms      p99 ms',
    ...windows.map(
      ({ atMs, ok, failed, p50Ms, p99Ms, isWarmup }) =>
        `${[atMs / 1_000 + 1, ok, failed, p50Ms.toFixed(3), p99Ms.toFixed(3)].map((cell) => String(cell).padStart(12)).join(' ')}${isWarmup ? '  warm-up' : ''}`,
    ),
    '',
    'Ctrl-C ends the load and shows what was measured.',
  ];
  return lines.map((line) => line.slice(0, Math.max(1, columns - 1))).join('\n');
};

const progress = ({ stop, warmupMs }: LoadJob, elapsedMs: number): string => {
  if ('requests' in stop) return `${stop.requests} requests, ${(elapsedMs / 1_000).toFixed(0)} s`;
  const wholeMs = stop.durationMs + warmupMs;
  const done = Math.min(1, elapsedMs / wholeMs);
  const filled = Math.round(done * barWidth);
  const leftSeconds = Math.max(0, (wholeMs - elapsedMs) / 1_000);
  return `[${'#'.repeat(filled)}${'.'.repeat(barWidth - filled)}] ${(done * 100).toFixed(0)} %, ${leftSeconds.toFixed(0)} s left`;
};
