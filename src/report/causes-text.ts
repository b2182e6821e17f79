import type { Change, CheckedAdvice, LedgerAdvice } from '../explain/index.ts';
import { formatNumber } from './numbers.ts';
import type { ModelView, RaceView } from './view/race-view.ts';

/**
 * What binds each candidate, with the numbers that make it true, and what to try next: the habit on the wire that costs
 * most, and the single change that the model says would give most, where this race checked it that far. Where the model
 * does not give the measured rate, only that. Empty without calibrated candidates.
 */
export const formatCauses = ({ models }: RaceView): string =>
  models.length === 0 ? '' : `${['What binds', ...models.flatMap(causeLines)].join('\n')}\n`;

const causeLines = ({ entry, explanation, advice }: ModelView): readonly string[] => {
  const [habit] = advice.ledger;
  const habits = habit === undefined ? [] : [`    On the wire: ${habitText(habit)}`];
  if (explanation.kind !== 'explained') return [`  ${entry.name}: not explained; ${explanation.why}.`, ...habits];
  return [`  ${entry.name}: ${explanation.prediction.binding.evidence}`, ...nextTexts(advice.changes), ...habits];
};

/** Withheld predictions come last, so the first one says whether there is any. */
const nextTexts = ([best]: readonly CheckedAdvice[]): readonly string[] => {
  if (best === undefined) return [];
  const { what, change, answer } = best;
  if (answer.kind === 'withheld') return [`    Next to try: no gain is predicted, ${answer.reason}.`];
  const { gain, requestsPerSecond } = answer.whatIf;
  return [
    `    Next to try: ${what} (${changeText(change)}), by the model ${formatNumber(requestsPerSecond.value)} requests/s, ${formatNumber(gain.value)}x.`,
  ];
};

const habitText = ({ turnaroundsSaved, evidence, action }: LedgerAdvice): string =>
  `${evidence}. ${action} Saves ${formatNumber(turnaroundsSaved)} ${turnaroundsSaved === 1 ? 'round trip' : 'round trips'} a request.`;

const words: Readonly<Record<keyof Change, string>> = {
  rttMs: 'round trip ms',
  pool: 'pool connections',
  maxconn: 'maxconn',
  connections: 'connections',
  turnarounds: 'round trips a request',
  cores: 'cores',
  workers: 'workers',
  keepConnections: 'connections kept',
  evenConnections: 'connections spread evenly',
};

const changeText = (change: Change): string =>
  Object.entries(change)
    .map(([name, value]) => {
      const word = words[name as keyof Change];
      return value === true ? word : `${formatNumber(Number(value))} ${word}`;
    })
    .join(', ');
