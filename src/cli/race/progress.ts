import { createLogUpdate } from 'log-update';
import { formatNumber } from '../../base/index.ts';
import type { RaceEvent } from '../../race/index.ts';
import { afterMessage, emptyLiveState, type LiveHead, plainText } from '../../report/index.ts';
import { type Io, isPlainWanted } from '../terminal/io.ts';
import { buildLiveMessage } from '../web/live-messages.ts';
import { drawRace, formatSeconds, verdictText } from './screen.ts';

/** Shows a race while it runs: a grid that changes on a terminal, plain lines elsewhere. Always on standard error. */
export interface RaceProgress {
  show(event: RaceEvent): void;
  close(): void;
}

/** @param head what is known before the race begins */
export const createRaceProgress = (io: Io, head: LiveHead): RaceProgress =>
  isScreen(io) ? gridProgress(head) : plainProgress(io);

/** A grid is drawn over and over: that needs a terminal, and somebody who did not ask for plain text. */
const isScreen = ({ stderrIsTty, env }: Io): boolean => stderrIsTty && !isPlainWanted(env);

const plainProgress = (io: Io): RaceProgress => ({
  show(event) {
    const text = writeLine(event);
    if (text !== undefined) io.stderr(`${plainText(text)}\n`);
  },
  close() {},
});

const gridProgress = (head: LiveHead): RaceProgress => {
  const { stderr } = process;
  const update = createLogUpdate(stderr);
  let state = emptyLiveState(head.blocks);
  const draw = (): void => {
    // One column is left free: a line that fills the last one is wrapped by some terminals.
    update(
      drawRace(head, state, { columns: Math.max(20, stderr.columns - 1), hasColors: stderr.hasColors() }).join('\n'),
    );
  };
  stderr.on('resize', draw);
  return {
    show(event) {
      const message = buildLiveMessage(event);
      if (message === undefined) return;
      state = afterMessage(state, message);
      for (const text of collectRemarks(event)) update.persist(plainText(text));
      draw();
    },
    close() {
      stderr.off('resize', draw);
      // The grid stays where it is, above what the race found.
      update.done();
    },
  };
};

/** What must not scroll away with the next drawing: it stays above the grid. */
const collectRemarks = (event: RaceEvent): readonly string[] => {
  const text = event.kind === 'warning' || event.kind === 'left-out' ? writeLine(event) : undefined;
  if (event.kind !== 'round-ended') return text === undefined ? [] : [text];
  // A round that counts with a warning has its mark in the grid, and the end of the race says once what was found.
  return event.round.outcome === 'measured' ? [] : [writeLine(event)!.trimStart()];
};

/** One line for each event that is worth one. */
const writeLine = (event: RaceEvent): string | undefined => {
  switch (event.kind) {
    case 'progress':
      return `  ${event.text}`;
    case 'warning':
      return `warning: ${event.text}`;
    case 'left-out':
      return `${event.candidate} is ${event.status === 'skipped' ? 'skipped' : 'out of the race'}: ${event.reason}`;
    case 'contract-held':
      return `${event.candidate} keeps the contract (${event.checked} answers)`;
    case 'round-started': {
      const { verdict, blocks } = event;
      const expected = verdict === undefined ? '' : `, ${verdictText(verdict, blocks, verdict.secondsLeft)}`;
      return `block ${event.block}/${blocks}, round ${event.played + 1}/${event.rounds}: ${event.candidate}, about ${formatSeconds(event.secondsLeft)} left${expected}`;
    }
    case 'tick':
    case 'round-kept':
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
