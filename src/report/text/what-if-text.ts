import { formatNumber, formatWholePercent } from '../../base/index.ts';
import type { CandidateExplanation, CheckedWhatIf, WhatIf, WhatIfChange } from '../../explain/index.ts';
import { estimate, trips } from './quantities.ts';

/** What a reader asked, as far as it can be answered: a candidate that has no place for the change says so. */
export type Answer = CheckedWhatIf | { readonly kind: 'not-applicable'; readonly reason: string };

export const answerTexts = (change: WhatIfChange, answer: Answer): readonly string[] => {
  const asked = askedText(change);
  switch (answer.kind) {
    case 'not-applicable':
      return [answer.reason];
    case 'withheld':
      return [`${asked}: withheld, ${answer.reason}`, hintFor(change)];
    case 'predicted':
      return [
        `${asked}: ${whatIfText(answer.whatIf)}`,
        `then limited by ${bottleneckText(answer.whatIf)}`,
        `the interval is the inputs’; the model itself was off by up to ${formatWholePercent(answer.error.worst)} where it was checked`,
      ];
    default:
      return answer satisfies never;
  }
};

/** A pooler that pools sessions gives none to the connections beyond its own. */
export const sessionsText = ({ demands }: CandidateExplanation, { pool }: WhatIfChange): string => {
  const { pooler } = demands;
  const isBeyond = pooler?.pooling === 'session' && pool !== undefined && pool > pooler.connections;
  return isBeyond && demands.pool !== undefined
    ? `the pooler has ${pooler.connections} connections, each for a whole session: the pool’s others would wait for good`
    : '';
};

const planKeys: Partial<Readonly<Record<keyof WhatIfChange, string>>> = {
  rttMs: 'links.server-database',
  pool: 'settings.pool',
  maxconn: 'proxy.maxconn',
  connections: 'connections',
  workers: 'settings.workers',
};

/** How to have it checked: a sweep over what can be set in a plan. */
const hintFor = (change: WhatIfChange): string => {
  const keys = Object.keys(change).flatMap((name) => planKeys[name as keyof WhatIfChange] ?? []);
  return keys.length === 0 ? '' : `race it there to know: \`sweep\` with ${keys.join(', ')} in the plan (docs/plan.md)`;
};

const whatIfText = ({ requestsPerSecond, gain, latencyMs }: WhatIf): string =>
  `${estimate(requestsPerSecond)} requests/s (x ${estimate(gain)}), mean latency ${estimate(latencyMs)} ms`;

export const bottleneckText = ({ bottleneck }: WhatIf): string =>
  bottleneck.kind === 'binds' ? bottleneck.resource : bottleneck.resources.join(' or ');

const changeNames: Readonly<Record<keyof WhatIfChange, (value: number) => string>> = {
  rttMs: (ms) => `a round trip of ${formatNumber(ms)} ms`,
  pool: (count) => `a pool of ${count} in all`,
  maxconn: (count) => `maxconn ${count}`,
  connections: (count) => `${count} client connections`,
  roundTrips: (count) => trips(count),
  cores: (count) => `${count} cores`,
  workers: (count) => `${count} ${count === 1 ? 'process' : 'processes'}`,
  keepConnections: () => 'connections kept',
  evenConnections: () => 'a port for each behind the proxy, balance leastconn',
};

/** `a round trip of 1 ms, a pool of 40 in all`. */
export const askedText = (change: WhatIfChange): string =>
  Object.entries(change)
    .map(([name, value]) => changeNames[name as keyof WhatIfChange](Number(value)))
    .join(', ');
