import { formatNumber, formatWholePercent } from '../../base/index.ts';
import type {
  CandidateAdvice,
  CandidateExplanation,
  Estimate,
  FirstStep,
  UnexplainedCandidate,
  WhatIfChange,
} from '../../explain/index.ts';
import { firstStepText } from '../terminal/first-step.ts';
import { ledgerText, rankedTexts } from './advice-text.ts';
import { plainText } from './plain-text.ts';
import { estimate, signed, trips } from './quantities.ts';
import { type Answer, answerTexts, sessionsText } from './what-if-text.ts';

/** What to print of one candidate. */
export interface ExplainedCandidate {
  readonly explained: CandidateExplanation;
  readonly answer?: Answer | undefined;
  /** What was asked. */
  readonly change?: WhatIfChange | undefined;
  readonly advice?: CandidateAdvice | undefined;
  /** The one thing to try, which the end of a race names too. */
  readonly first?: FirstStep | undefined;
}

/** The cause of each candidate's rate, with the numbers that make it true, as text for a terminal. */
export const formatExplanations = (
  candidates: readonly ExplainedCandidate[],
  missing: readonly UnexplainedCandidate[] = [],
): string =>
  plainText(
    [
      ...candidates.map((one) => `${splitLines(one).join('\n')}\n`),
      ...missing.map(({ candidate, why }) => `${candidate}\n  cannot be explained: ${why}\n`),
    ].join('\n'),
  );

const splitLines = ({ explained, change, answer, advice, first }: ExplainedCandidate): readonly string[] => [
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
  ...(first === undefined ? [] : row('try first', firstTexts(first))),
  ...(advice === undefined ? [] : adviceLines(explained, advice)),
];

/** What to try, and of a habit what shows it and how it is dropped. */
const firstTexts = (first: FirstStep): readonly string[] => [
  firstStepText(first),
  ...(first.kind === 'habit' ? [`${first.habit.evidence}. ${first.habit.action}`] : []),
];

const labelWidth = 13;

/** A labelled line; more lines go below it. Nothing where there is nothing to say. */
const row = (label: string, texts: readonly string[]): readonly string[] =>
  texts.filter((text) => text !== '').map((text, index) => `  ${(index === 0 ? label : '').padEnd(labelWidth)}${text}`);

/** CPU use below which it counts as idle in a headline. */
const idle = 0.55;

/** One clause for somebody in a hurry: `Idle CPU, because 20 pool connections each wait 20 times 3.7 ms`. */
const headline = ({ bottleneck, demands, explanation }: CandidateExplanation): string => {
  const { prediction } = explanation;
  if (explanation.kind === 'unexplained') return `Not explained: ${explanation.why}.`;
  if (explanation.kind === 'cant-tell') return `Can’t tell: ${explanation.why}.`;
  if (prediction.bottleneck.kind === 'cant-tell')
    return `Can’t tell ${prediction.bottleneck.resources.join(' from ')}.`;
  const use = prediction.uses.find(({ resource }) => resource === bottleneck)!;
  if (bottleneck === 'database lock') {
    return `Requests wait for each other: a lock in the database lets one in at a time, for ${formatNumber(use.holdMs)} ms.`;
  }
  if (use.kind === 'station') {
    const others = demands.hosts.reduce((sum, { takenCores }) => sum + (takenCores?.value ?? 0), 0);
    const cores = demands.hosts.reduce((sum, host) => sum + host.cores, 0);
    return others >= 0.05 * cores
      ? `Full CPU (${bottleneck}), of which others took ${formatNumber(others)} of ${cores} cores.`
      : `Full CPU (${bottleneck}).`;
  }
  const busiest = Math.max(
    0,
    ...prediction.uses.filter(({ kind }) => kind === 'station').map((one) => one.utilisation),
  );
  const cpu = busiest < idle ? 'Idle CPU' : `CPU ${formatWholePercent(busiest)} in use`;
  const holders = `${use.capacity} ${holderNames[bottleneck] ?? bottleneck}`;
  const { linkMs, roundTrips } = demands.database;
  return prediction.bottleneck.dominant === 'database link'
    ? `${cpu}, because ${holders} each wait ${formatNumber(roundTrips.value)} times ${formatNumber(linkMs.value)} ms.`
    : `${cpu}, because ${holders} are each kept for ${formatNumber(use.holdMs)} ms, most of it ${prediction.bottleneck.dominant}.`;
};

const holderNames: Readonly<Record<string, string>> = {
  connections: 'client connections',
  'proxy maxconn': 'slots of the proxy',
  pool: 'pool connections',
  processes: 'places in the processes',
};

const ifRight = ({ explanation }: CandidateExplanation): readonly string[] => [
  `  If the model were right: ${explanation.prediction.bottleneck.evidence}`,
];

const rateText = ({ explanation: { measured, prediction, rateError } }: CandidateExplanation): string =>
  `measured ${estimate(measured.requestsPerSecond)} requests/s, model ${estimate(prediction.requestsPerSecond)} (${signed(rateError)})`;

const latencyText = ({ explanation: { measured, prediction } }: CandidateExplanation): string =>
  measured.latencyMs === undefined
    ? `model ${estimate(prediction.latencyMs)} ms`
    : `measured ${estimate(measured.latencyMs)} ms, model ${estimate(prediction.latencyMs)} ms (${signed(prediction.latencyMs.value / measured.latencyMs.value - 1)})`;

const demandTexts = ({ demands, explanation }: CandidateExplanation): readonly string[] => {
  const { client, proxy, database } = demands;
  const link = (name: string, ms: Estimate | undefined): readonly string[] =>
    ms === undefined || ms.high === 0 ? [] : [`${name} ${estimate(ms)} ms`];
  const pool = explanation.prediction.uses.find(({ resource }) => resource === 'pool');
  return [
    [
      `${estimate(database.roundTrips)} round trips to the database`,
      ...(database.linkMs.high === 0 ? ['no link'] : [`of ${estimate(database.linkMs)} ms`]),
      ...(database.connect === undefined ? [] : [`${estimate(database.connect.roundTrips)} of them connect`]),
    ].join(', '),
    [
      ...(pool === undefined ? [] : [`holds a pool connection for ${formatNumber(pool.holdMs)} ms`]),
      `waits ${estimate(database.waitMs)} ms in the database`,
      ...link('client link', client.linkMs),
      ...link('proxy link', proxy?.linkMs),
    ].join(', '),
  ];
};

const cpuText = ({ demands: { cpuMs } }: CandidateExplanation): string =>
  `${Object.entries(cpuMs)
    .map(([component, ms]) => `${component} ${estimate(ms)}`)
    .join(', ')} ms per request`;

const useText = ({ explanation }: CandidateExplanation): string =>
  explanation.prediction.uses
    .map(
      ({ resource, utilisation, capacity }) =>
        `${resource} ${formatWholePercent(utilisation)} of ${formatNumber(capacity)}`,
    )
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

const checkTexts = ({ checks, modelError, variants }: CandidateExplanation): readonly string[] => [
  modelError === undefined
    ? 'nowhere: what limits it was itself found from the rate'
    : checks.length === 1
      ? `at this setting alone: off by ${formatWholePercent(modelError.worst)}`
      : `at ${checks.length} settings: off by ${formatWholePercent(modelError.median)} in the middle, ${formatWholePercent(modelError.worst)} at the worst`,
  ...variants.map(
    ({ variant, predictedGain, measuredGain, error }) =>
      `${variant}: predicted x ${estimate(predictedGain)} from this candidate’s CPU and waits, measured x ${formatNumber(measuredGain)} (${signed(error)})`,
  ),
];

const adviceLines = (
  explained: CandidateExplanation,
  { changes, ledger, roundTripsWithout }: CandidateAdvice,
): readonly string[] => [
  ...row('advice', rankedTexts(explained, changes)),
  ...row('on the wire', ledger.map(ledgerText)),
  ...(roundTripsWithout === undefined
    ? []
    : row('', [`without these habits a request takes ${trips(roundTripsWithout)}`])),
];
