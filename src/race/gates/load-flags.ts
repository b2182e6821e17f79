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
  ceiling: 'withholds',
  schedule: 'withholds',
  connections: 'warns',
  'event-loop': 'warns',
  surplus: 'warns',
};

export const loadFlagGates = ({ load }: RoundFacts): readonly Gate[] =>
  load.flags.map((flag): Gate => {
    const { name, value, explain } = flag;
    const limit = name === 'littles-law' ? flag.limit + edgeShare(load) : flag.limit;
    const ok = flag.ok || (name === 'littles-law' && value <= limit);
    return { name, ok, effect: effects[name], value, limit, ...(ok ? {} : { reason: explain.replace(/\.$/, '') }) };
  });

/**
 * A request that was on its way when the timed part began counts with all of its latency: by that, throughput times latency
 * can be off by up to one longest request a connection. (A client that gets no core just then makes long ones.)
 */
const edgeShare = ({ latencyMs, elapsedMs }: RoundFacts['load']): number => latencyMs.max / elapsedMs;
