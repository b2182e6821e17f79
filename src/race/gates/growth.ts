import { linearTrend } from '../../stats/index.ts';
import { atMost, type RoundGate } from './round-facts.ts';

const fewestSamples = 4;
/** The share of the memory at the end that the last half of the round added. */
const limit = 0.1;
const leastMiB = 8;

/** Memory that still grows when the round is over: its peak is that of this length of round, not of the server. */
export const growthGate: RoundGate = ({ usage }) => {
  const samples = usage.find(({ name }) => name === 'candidate')?.samples ?? [];
  const lastHalf = samples.slice(Math.floor(samples.length / 2)).map(({ rssMiB }) => rssMiB);
  if (lastHalf.length < fewestSamples) return undefined;
  const trend = linearTrend(lastHalf);
  if (trend.kind === 'unknown') return undefined;
  const grownMiB = trend.low > 0 ? trend.slope * (lastHalf.length - 1) : 0;
  const value = grownMiB < leastMiB ? 0 : grownMiB / lastHalf.at(-1)!;
  return atMost(
    'memory-growth',
    'warns',
    value,
    limit,
    () => `memory was still growing at the end, by ${Math.round(grownMiB)} MiB in the last half of the round (a leak?)`,
  );
};
