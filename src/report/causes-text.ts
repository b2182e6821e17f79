import { type Advice, advise, type Change } from '../explain/index.ts';
import { formatNumber } from './numbers.ts';
import type { ModelView, RaceView } from './view/race-view.ts';

/**
 * What binds each candidate, with the numbers that make it true, and the single change that the model says would give
 * most. Where the model does not give the measured rate, only that. Empty without calibrated candidates.
 */
export const formatCauses = ({ models }: RaceView): string =>
  models.length === 0 ? '' : `${['What binds', ...models.flatMap(causeLines)].join('\n')}\n`;

const causeLines = ({ entry, demands, explanation }: ModelView): readonly string[] => {
  if (explanation.kind !== 'explained') return [`  ${entry.name}: not explained; ${explanation.why}.`];
  const [best] = advise(demands, { measuredPerSecond: explanation.measured.requestsPerSecond });
  return [
    `  ${entry.name}: ${explanation.prediction.binding.evidence}`,
    ...(best === undefined ? [] : [`    Next to try: ${adviceText(best)}`]),
  ];
};

const adviceText = ({ what, effect: { change, gain, requestsPerSecond } }: Advice): string =>
  `${what} (${changeText(change)}), by the model ${formatNumber(requestsPerSecond.value)} requests/s, ${formatNumber(gain.value)}x.`;

const words: Readonly<Record<keyof Change, string>> = {
  rttMs: 'round trip ms',
  pool: 'pool connections',
  maxconn: 'maxconn',
  connections: 'connections',
  turnarounds: 'round trips a request',
  cores: 'cores',
  workers: 'workers',
  keepConnections: 'connections kept',
};

const changeText = (change: Change): string =>
  Object.entries(change)
    .map(([name, value]) => {
      const word = words[name as keyof Change];
      return value === true ? word : `${formatNumber(Number(value))} ${word}`;
    })
    .join(', ');
