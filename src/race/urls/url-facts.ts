import { createHash } from 'node:crypto';
import { present } from '../../base/index.ts';
import type { UrlPlan, UrlTarget } from '../../plan/index.ts';
import type { CandidateFacts, ConditionFacts, PlanFacts } from '../../result/index.ts';
import type { ServerPlace } from './find-server.ts';

/** A race of running servers as the result keeps it: no password, header or body is in it, but by its digest. */
export const urlPlanFacts = (plan: UrlPlan): PlanFacts => ({
  name: plan.name,
  file: plan.targets.map(({ shown }) => shown).join(' '),
  digest: digest(plan),
  workload: { name: describeRequest(plan), scale: 1, seed: plan.seed, digest: digest(requestsOf(plan)) },
  candidates: plan.targets.map(({ name }) => name),
  urls: Object.fromEntries(plan.targets.map(({ name, shown }) => [name, shown])),
  blocks: plan.blocks,
  ...present('precision', plan.precision),
  ...(plan.untilDecidedMs === undefined ? {} : { until: 'decided' as const, timeMs: plan.untilDecidedMs }),
  margin: plan.margin,
  maxBlocks: plan.maxBlocks,
  retries: plan.retries,
  seed: plan.seed,
  hosts: 'local',
  ...conditions(plan),
});

/** What is known of one of the servers before it is loaded. */
export const urlFacts = (
  plan: UrlPlan,
  { name, shown }: UrlTarget,
  place: ServerPlace,
  contract: NonNullable<CandidateFacts['contract']>,
): CandidateFacts => ({
  name,
  status: 'ok',
  candidate: shown,
  point: {},
  about: 'A server that ran already.',
  language: 'unknown',
  settings: {},
  conditions: conditions(plan),
  versions: {},
  unmeasured: {
    'round trips': 'pitwall did not start it, so that no tap is between it and its database',
    ...(place.kind === 'process' ? {} : { 'CPU and memory': place.reason }),
  },
  contract,
});

const conditions = (plan: UrlPlan): ConditionFacts => ({
  durationMs: plan.durationMs,
  warmupMs: plan.warmupMs,
  ...present('settleMs', plan.settleMs),
  connections: plan.connections,
  startTimeoutMs: plan.timeoutMs,
  timeoutMs: plan.timeoutMs,
  sampleRatio: 0,
  links: {},
  tap: 'off',
  placements: {},
});

/** `GET /health`, or the method alone where the servers have paths of their own. */
const describeRequest = ({ method, targets }: UrlPlan): string => {
  const paths = new Set(targets.map(({ path }) => path.replace(/\?.*$/s, '')));
  return paths.size === 1 ? `${method} ${[...paths][0]}` : `${method} of ${targets.length} URLs`;
};

const requestsOf = ({ method, headers, body, targets }: UrlPlan): object => ({
  method,
  headers,
  body,
  requests: targets.map(({ path, credentials }) => ({ path, credentials })),
});

const digest = (value: object): string => createHash('sha256').update(JSON.stringify(value)).digest('hex');
