import type { LoadFlag } from '../../load/index.ts';
import type { Gate } from '../../result/index.ts';
import type { RoundFacts } from './round-facts.ts';

/**
 * What each check of the load generator on itself does to a round. Little's law is arithmetic: a result that breaks it is
 * wrong. A saturated client makes every fast server alike. The others are small beside what they are about.
 */
const effects: Readonly<Record<LoadFlag['name'], Gate['effect']>> = {
  'littles-law': 'refuses',
  'client-cpu': 'withholds',
  'client-limits': 'withholds',
  ceiling: 'withholds',
  schedule: 'withholds',
  connections: 'warns',
  streams: 'warns',
  'event-loop': 'warns',
  surplus: 'warns',
};

export const loadFlagGates = ({ load }: RoundFacts): readonly Gate[] =>
  load.flags.map(({ name, ok, value, limit, explain }): Gate => {
    const effect = effects[name];
    return { name, ok, effect, value, limit, ...(ok ? {} : { reason: explain.replace(/\.$/, '') }) };
  });
