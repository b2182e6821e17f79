import type {
  Advice,
  CandidateAdvice,
  CandidateExplanation,
  Change,
  CheckedAdvice,
  CheckedWhatIf,
  LedgerAdvice,
  Quantity,
  UnexplainedCandidate,
  WhatIf,
} from '../explain/index.ts';
import { formatNumber } from './numbers.ts';
import { plainText } from './plain-text.ts';

/** What to print of one candidate. */
export interface ExplainedCandidate {
  readonly explained: CandidateExplanation;
  /** The answer to what the reader asked; a candidate that has no place for the change says so. */
  readonly answer?: CheckedWhatIf | { readonly kind: 'not-applicable'; readonly reason: string } | undefined;
  /** What was asked. */
  readonly change?: Change | undefined;
  readonly advice?: CandidateAdvice | undefined;
}

/** The cause of each candidate's rate, with the numbers that make it true, as text for a terminal. */
export const formatExplanations = (
  candidates: readonly ExplainedCandidate[],
  missing: readonly UnexplainedCandidate[] = [],
): string =>
  plainText(
    [
      ...candidates.map((one) => `${linesOf(one).join('\n')}\n`),
      ...missing.map(({ candidate, why }) => `${candidate}\n  cannot be explained: ${why}\n`),
    ].join('\n'),
  );

const linesOf = ({ explained, change, answer, advice }: ExplainedCandidate): readonly string[] => [
  explained.candidate,
  `  ${headline(explained)}`,
  ...(explained.explanation.kind === 'explained' ? [`  ${explained.evidence}`] : ifRight(explained)),
  ...row('rate', [rateText(explained)]),
  ...row('latency', [latencyText(explained)]),
  ...row('a request', demandTexts(explained)),
  ...row('CPU', [cpuText(explained)]),
  ...row('in use', [useText(explained)]),
  ...row('bounds', [boundText(explained)]),
  ...row('seen', explained.seen.map(sightText)),
  ...row(
    'not seen',
    explained.demands.unseen.map(({ what, why }) => `${what}: ${why}`),
  ),
  ...row('checked', checkTexts(explained)),
  ...(answer === undefined || change === undefined
    ? []
    : row('what if', [...answerTexts(change, answer), sessionsText(explained, change)])),
  ...(advice === undefined ? [] : adviceLines(explained, advice)),
];

const labelWidth = 13;

/** A labelled line; more lines go below it. Nothing where there is nothing to say. */
const row = (label: string, texts: readonly string[]): readonly string[] =>
  texts.filter((text) => text !== '').map((text, index) => `  ${(index === 0 ? label : '').padEnd(labelWidth)}${text}`);

/** CPU use below which it counts as idle in a headline. */
const idle = 0.55;

/** One clause for somebody in a hurry: `Idle CPU, because 20 pool connections each wait 20 times 3.7 ms`. */
const headline = ({ binding, demands, explanation }: CandidateExplanation): string => {
  const { prediction } = explanation;
  if (explanation.kind === 'unexplained') return `Not explained: ${explanation.why}.`;
  if (explanation.kind === 'cant-tell') return `Can’t tell: ${explanation.why}.`;
  if (prediction.binding.kind === 'cant-tell') return `Can’t tell ${prediction.binding.resources.join(' from ')}.`;
  const use = prediction.uses.find(({ resource }) => resource === binding)!;
  if (binding === 'database lock') {
    return `Requests wait for each other: a lock in the database lets one in at a time, for ${formatNumber(use.holdMs)} ms.`;
  }
  if (use.kind === 'station') {
    const others = demands.hosts.reduce((sum, { takenCores }) => sum + (takenCores?.value ?? 0), 0);
    const cores = demands.hosts.reduce((sum, host) => sum + host.cores, 0);
    return others >= 0.05 * cores
      ? `Full CPU (${binding}), of which others took ${formatNumber(others)} of ${cores} cores.`
      : `Full CPU (${binding}).`;
  }
  const busiest = Math.max(
    0,
    ...prediction.uses.filter(({ kind }) => kind === 'station').map((one) => one.utilisation),
  );
  const cpu = busiest < idle ? 'Idle CPU' : `CPU ${percent(busiest)} in use`;
  const holders = `${use.capacity} ${holderNames[binding] ?? binding}`;
  const { linkMs, turnarounds } = demands.database;
  return prediction.binding.dominant === 'database link'
    ? `${cpu}, because ${holders} each wait ${formatNumber(turnarounds.value)} times ${formatNumber(linkMs.value)} ms.`
    : `${cpu}, because ${holders} are each kept for ${formatNumber(use.holdMs)} ms, most of it ${prediction.binding.dominant}.`;
};

const holderNames: Readonly<Record<string, string>> = {
  connections: 'client connections',
  'proxy maxconn': 'slots of the proxy',
  pool: 'pool connections',
  processes: 'places in the processes',
};

const ifRight = ({ explanation }: CandidateExplanation): readonly string[] => [
  `  If the model were right: ${explanation.prediction.binding.evidence}`,
];

const rateText = ({ explanation: { measured, prediction, rateError } }: CandidateExplanation): string =>
  `measured ${quantity(measured.requestsPerSecond)} requests/s, model ${quantity(prediction.requestsPerSecond)} (${signed(rateError)})`;

const latencyText = ({ explanation: { measured, prediction } }: CandidateExplanation): string =>
  measured.latencyMs === undefined
    ? `model ${quantity(prediction.latencyMs)} ms`
    : `measured ${quantity(measured.latencyMs)} ms, model ${quantity(prediction.latencyMs)} ms (${signed(prediction.latencyMs.value / measured.latencyMs.value - 1)})`;

const demandTexts = ({ demands, explanation }: CandidateExplanation): readonly string[] => {
  const { client, proxy, database } = demands;
  const link = (name: string, ms: Quantity | undefined): readonly string[] =>
    ms === undefined || ms.high === 0 ? [] : [`${name} ${quantity(ms)} ms`];
  const pool = explanation.prediction.uses.find(({ resource }) => resource === 'pool');
  return [
    [
      `${quantity(database.turnarounds)} round trips to the database`,
      ...(database.linkMs.high === 0 ? ['no link'] : [`of ${quantity(database.linkMs)} ms`]),
      ...(database.connect === undefined ? [] : [`${quantity(database.connect.turnarounds)} of them connect`]),
    ].join(', '),
    [
      ...(pool === undefined ? [] : [`holds a pool connection for ${formatNumber(pool.holdMs)} ms`]),
      `waits ${quantity(database.waitMs)} ms in the database`,
      ...link('client link', client.linkMs),
      ...link('proxy link', proxy?.linkMs),
    ].join(', '),
  ];
};

const cpuText = ({ demands: { cpuMs } }: CandidateExplanation): string =>
  `${Object.entries(cpuMs)
    .map(([component, ms]) => `${component} ${quantity(ms)}`)
    .join(', ')} ms a request`;

const useText = ({ explanation }: CandidateExplanation): string =>
  explanation.prediction.uses
    .map(({ resource, utilisation, capacity }) => `${resource} ${percent(utilisation)} of ${formatNumber(capacity)}`)
    .join(', ');

/** How many bounds are worth a line. */
const boundsShown = 4;

const boundText = ({ explanation }: CandidateExplanation): string =>
  `${explanation.prediction.bounds
    .slice(0, boundsShown)
    .map(({ resource, requestsPerSecond }) => `${resource} ${formatNumber(requestsPerSecond)}`)
    .join(', ')} requests/s, each alone`;

const sightText = ({ what, seen, unit, model }: CandidateExplanation['seen'][number]): string => {
  const beside = model === undefined ? '' : ` (model: ${small(model)}${unit})`;
  return `${small(seen)}${unit} ${what}${beside}`;
};

/** A queue of a few millionths is none. */
const small = (value: number): string => formatNumber(Math.abs(value) < 0.005 ? 0 : value);

const checkTexts = ({ checks, modelError, twins }: CandidateExplanation): readonly string[] => [
  modelError === undefined
    ? 'nowhere: what binds was itself found from the rate'
    : checks.length === 1
      ? `at this setting alone: off by ${percent(modelError.worst)}`
      : `at ${checks.length} settings: off by ${percent(modelError.median)} in the middle, ${percent(modelError.worst)} at the worst`,
  ...twins.map(
    ({ twin, predictedGain, measuredGain, error }) =>
      `${twin}: predicted x ${quantity(predictedGain)} from this candidate’s CPU and waits, measured x ${formatNumber(measuredGain)} (${signed(error)})`,
  ),
];

const answerTexts = (change: Change, answer: NonNullable<ExplainedCandidate['answer']>): readonly string[] => {
  const asked = changeText(change);
  switch (answer.kind) {
    case 'not-applicable':
      return [answer.reason];
    case 'withheld':
      return [`${asked}: withheld, ${answer.reason}`, hintFor(change)];
    case 'predicted':
      return [
        `${asked}: ${whatIfText(answer.whatIf)}`,
        `then limited by ${bindingText(answer.whatIf)}`,
        `the interval is the inputs’; the model itself was off by up to ${percent(answer.error.worst)} where it was checked`,
      ];
    default:
      return answer satisfies never;
  }
};

/** A pooler that pools sessions gives none to the connections beyond its own. */
const sessionsText = ({ demands }: CandidateExplanation, { pool }: Change): string => {
  const { pooler } = demands;
  const isBeyond = pooler?.pooling === 'session' && pool !== undefined && pool > pooler.connections;
  return isBeyond && demands.pool !== undefined
    ? `the pooler has ${pooler.connections} connections, each for a whole session: the pool’s others would wait for good`
    : '';
};

const planKeys: Partial<Readonly<Record<keyof Change, string>>> = {
  rttMs: 'links.server-database',
  pool: 'settings.pool',
  maxconn: 'proxy.maxconn',
  connections: 'connections',
  workers: 'settings.workers',
};

/** How to have it checked: a sweep over what can be set in a plan. */
const hintFor = (change: Change): string => {
  const keys = Object.keys(change).flatMap((name) => planKeys[name as keyof Change] ?? []);
  return keys.length === 0 ? '' : `race it there to know: \`sweep\` with ${keys.join(', ')} in the plan (docs/plan.md)`;
};

const whatIfText = ({ requestsPerSecond, gain, latencyMs }: WhatIf): string =>
  `${quantity(requestsPerSecond)} requests/s (x ${quantity(gain)}), mean latency ${quantity(latencyMs)} ms`;

const bindingText = ({ binding }: WhatIf): string =>
  binding.kind === 'binds' ? binding.resource : binding.resources.join(' or ');

const adviceLines = (
  explained: CandidateExplanation,
  { changes, ledger, turnaroundsWithout }: CandidateAdvice,
): readonly string[] => [
  ...row('advice', rankedTexts(explained, changes)),
  ...row('on the wire', ledger.map(ledgerText)),
  ...(turnaroundsWithout === undefined
    ? []
    : row('', [`without these habits a request takes ${trips(turnaroundsWithout)}`])),
];

const rankedTexts = (explained: CandidateExplanation, changes: readonly CheckedAdvice[]): readonly string[] => {
  if (changes.length === 0) return ['no single change gives 1 % more by the model'];
  const reasons = new Set(changes.map(({ answer }) => (answer.kind === 'withheld' ? answer.reason : undefined)));
  const [reason] = reasons;
  return reasons.size === 1 && reason !== undefined
    ? [`withheld: ${reason}`]
    : changes.flatMap((advice) => [adviceText(advice), sessionsText(explained, advice.change)]);
};

const adviceText = ({ what, change, answer, stops, isStopChecked }: CheckedAdvice): string => {
  const asked = `${what} (${changeText(change)})`;
  if (answer.kind === 'withheld') return `${asked}: withheld, ${answer.reason}`;
  const { gain, requestsPerSecond } = answer.whatIf;
  return `${asked}: x ${quantity(gain)}, ${quantity(requestsPerSecond)} requests/s, then limited by ${bindingText(answer.whatIf)}${change.keepConnections || change.evenConnections ? '' : `; ${stopsText(stops, isStopChecked)}`}`;
};

const stopsText = ({ change, binding }: Advice['stops'], isChecked: boolean): string => {
  const limit = `where ${binding.join(' or ')} ${binding.length > 1 || plurals.has(binding[0]!) ? 'limit' : 'limits'} it`;
  const reach = isChecked ? '' : ' (unchecked so far out)';
  if (change.turnarounds !== undefined && change.turnarounds <= 1) return `each one less helps, down to 1${reach}`;
  return `no more to gain beyond ${changeText(change)}, ${limit}${reach}`;
};

const plurals: ReadonlySet<string> = new Set([
  'connections',
  'workers',
  'processes',
  'pooler connections',
  'server threads',
]);

const ledgerText = ({ evidence, action, turnaroundsSaved }: LedgerAdvice): string =>
  `${trips(turnaroundsSaved)}: ${evidence}. ${action}`;

const changeNames: Readonly<Record<keyof Change, (value: number) => string>> = {
  rttMs: (ms) => `a round trip of ${formatNumber(ms)} ms`,
  pool: (count) => `a pool of ${count} in all`,
  maxconn: (count) => `maxconn ${count}`,
  connections: (count) => `${count} client connections`,
  turnarounds: (count) => trips(count),
  cores: (count) => `${count} cores`,
  workers: (count) => `${count} ${count === 1 ? 'process' : 'processes'}`,
  keepConnections: () => 'connections kept',
  evenConnections: () => 'a port for each behind the proxy, balance leastconn',
};

/** `a round trip of 1 ms, a pool of 40 in all`. */
const changeText = (change: Change): string =>
  Object.entries(change)
    .map(([name, value]) => changeNames[name as keyof Change](Number(value)))
    .join(', ');

/** `267 [260, 274]`, or `25` where both ends are the same. */
const quantity = ({ value, low, high }: Quantity): string =>
  low === high ? formatNumber(value) : `${formatNumber(value)} [${formatNumber(low)}, ${formatNumber(high)}]`;

const trips = (count: number): string => `${formatNumber(count)} ${count === 1 ? 'round trip' : 'round trips'}`;

const percent = (ratio: number): string => `${formatNumber(Math.round(100 * ratio))} %`;
const signed = (ratio: number): string => `${ratio < 0 ? '-' : '+'}${percent(Math.abs(ratio))}`;
