import { createLogUpdate } from 'log-update';
import type { RaceEvent } from '../race/index.ts';
import { formatNumber, plainText } from '../report/index.ts';
import type { Io } from './io.ts';

/** Shows a race while it runs: a line that changes on a terminal, plain lines elsewhere. Always on standard error. */
export interface RaceProgress {
  show(event: RaceEvent): void;
  close(): void;
}

export const createRaceProgress = (io: Io): RaceProgress =>
  io.stderrIsTty && !io.env['CI'] ? liveProgress() : plainProgress(io);

const plainProgress = (io: Io): RaceProgress => ({
  show(event) {
    const text = lineOf(event);
    if (text !== undefined) io.stderr(`${plainText(text)}\n`);
  },
  close() {},
});

const liveProgress = (): RaceProgress => {
  const update = createLogUpdate(process.stderr);
  let current = '';
  return {
    show(event) {
      if (event.kind === 'tick') {
        const p99 = event.p99Ms === undefined ? '' : `, p99 ${formatNumber(event.p99Ms)} ms`;
        update(
          `${current}  ${formatNumber(event.elapsedMs / 1_000)} s: ${formatNumber(event.requestsPerSecond)} requests/s${p99}`,
        );
        return;
      }
      const text = plainText(lineOf(event) ?? '');
      if (event.kind === 'progress' || event.kind === 'round-started') {
        current = text;
        update(text);
      } else {
        update.clear();
        process.stderr.write(`${text}\n`);
      }
    },
    close: () => update.clear(),
  };
};

/** One line for each event that is worth one. */
const lineOf = (event: RaceEvent): string | undefined => {
  switch (event.kind) {
    case 'progress':
      return `  ${event.text}`;
    case 'warning':
      return `warning: ${event.text}`;
    case 'left-out':
      return `${event.candidate} is ${event.status === 'skipped' ? 'skipped' : 'out of the race'}: ${event.reason}`;
    case 'contract-held':
      return `${event.candidate} keeps the contract (${event.checked} answers)`;
    case 'round-started':
      return `block ${event.block}/${event.blocks}, round ${event.played + 1}/${event.rounds}: ${event.candidate}, about ${formatSeconds(event.secondsLeft)} left`;
    case 'tick':
      return undefined;
    case 'round-ended': {
      const { round } = event;
      return round.outcome === 'measured'
        ? `  block ${round.block}: ${event.candidate} ${formatNumber(round.requestsPerSecond ?? 0)} requests/s, p99 ${formatNumber(round.latencyMs?.p99 ?? Number.NaN)} ms`
        : `  block ${round.block}: ${event.candidate} ${round.outcome}: ${round.reason ?? 'no reason given'}`;
    }
    default:
      return event satisfies never;
  }
};

const formatSeconds = (seconds: number): string => (seconds < 90 ? `${seconds} s` : `${Math.round(seconds / 60)} min`);
