import type { Random } from '../../stats/recording/index.ts';
import type { LoadJob } from './job.ts';

const tableSize = 65_536;

/**
 * Which request comes next. A mix is drawn once into a long table, so that the hot path neither draws nor searches; a sequence
 * goes in order.
 */
export const requestOrder = (
  { requests, order }: Pick<LoadJob, 'requests' | 'order'>,
  random: Random,
): (() => number) => {
  if (requests.length === 1) return () => 0;
  let next = 0;
  if (order === 'sequence') {
    return () => {
      const index = next;
      next = next + 1 === requests.length ? 0 : next + 1;
      return index;
    };
  }
  const table = weightedTable(
    requests.map(({ weight = 1 }) => weight),
    random,
  );
  return () => table[next++ & (tableSize - 1)]!;
};

/** Each request fills its exact share of the table, in shuffled places. */
const weightedTable = (weights: readonly number[], random: Random): Uint16Array => {
  const table = new Uint16Array(tableSize);
  const sum = weights.reduce((total, weight) => total + weight, 0);
  let upTo = 0;
  let filled = 0;
  for (const [index, weight] of weights.entries()) {
    upTo += weight;
    const end = Math.round((upTo / sum) * tableSize);
    table.fill(index, filled, end);
    filled = end;
  }
  return Uint16Array.from(random.shuffle([...table]));
};
