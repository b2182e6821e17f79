import { formatNumber, formatWholePercent } from '../../base/index.ts';
import type { FirstStep, LedgerFinding } from '../../explain/index.ts';

/** The one thing to try, with what the model predicts of it where it may. */
export const firstStepText = (step: FirstStep): string => {
  switch (step.kind) {
    case 'habit': {
      const { finding, roundTripsSaved } = step.habit;
      const now = formatNumber(step.roundTrips);
      const saved = `saves ${formatNumber(roundTripsSaved)} of ${now} round trips`;
      return `${habits[finding]}: ${saved}${step.gain === undefined ? '' : `, ${step.isLeast ? 'at least ' : ''}${gainText(step.gain)}`}`;
    }
    case 'change':
      return `${changeText(step)}: ${gainText(step.gain)}`;
    case 'cpu':
      return `${reliefs[step.component]}: ${formatWholePercent(step.cpuMs / step.allMs)} of the CPU per request`;
    case 'none':
      return 'no single change is known that would give 5 % more';
    default:
      return step satisfies never;
  }
};

const gainText = (gain: number): string => `${formatNumber(gain)}x predicted`;

const habits: Readonly<Record<LedgerFinding, string>> = {
  'repeated-prepares': 'prepare each statement once per connection',
  'empty-query': 'do not test connections each time one is taken from the pool',
  'reset-query': 'do not reset connections each time one is given back to the pool',
  'connection-a-request': 'keep database connections open between requests',
  'n-plus-one': 'fetch the rows of a loop with one statement (N+1)',
  'refetched-cursor': 'fetch more rows of a cursor at a time',
  savepoints: 'do not set a savepoint before each statement',
  'transaction-statements': 'leave out transactions around single reads',
  'serial-statements': 'combine statements, or send independent ones together',
};

const changeText = ({ what, change }: Extract<FirstStep, { kind: 'change' }>): string => {
  const value = Object.entries(change)
    .map(([name, to]) => (to === true ? '' : name === 'rttMs' ? `${formatNumber(Number(to))} ms` : String(to)))
    .join(', ');
  return value === '' ? what : `${what} (${value})`;
};

const reliefs = {
  client: 'run the load generator on another machine',
  proxy: 'give the proxy a machine of its own',
  server: 'profile the server, or give it a machine of its own',
  pooler: 'give the pooler a machine of its own',
  database: 'make the statements cheaper, or give the database a machine of its own',
} as const;
