import Table from 'cli-table3';
import type { CandidateResult, RaceResult } from '../result/index.ts';
import { comparisonLines } from './comparison-lines.ts';
import { formatEstimate, formatNumber, formatQuantity } from './numbers.ts';
import { plainText } from './plain-text.ts';
import { warningLines } from './warning-lines.ts';

const header = [
  'candidate',
  'requests/s [95 %]',
  'p50',
  'p99',
  'peak CPU',
  'peak memory',
  'CPU ms/request',
  'round trips',
  'contract',
] as const;

/** No frame: it reads the same on a terminal, in a log and in a mail. */
const frameless = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '  ',
} as const;

/** The seed's table, fastest first, and under it the conditions without which it means nothing. */
export const formatRaceTable = (race: RaceResult): string => {
  const table = new Table({
    head: [...header],
    chars: { ...frameless },
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
    colAligns: ['left', ...Array.from({ length: header.length - 2 }, () => 'right' as const), 'left'],
  });
  const order = [...race.candidates].sort((a, b) => rateOf(b) - rateOf(a));
  for (const candidate of order) table.push(rowOf(candidate));
  const lines = table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line !== '');
  return `${[...lines, '', ...footer(race)].join('\n')}\n`;
};

const rateOf = (candidate: CandidateResult): number =>
  candidate.status === 'ok' ? (candidate.summary?.requestsPerSecond.mean ?? 0) : -1;

const rowOf = (candidate: CandidateResult): string[] => {
  const { summary } = candidate;
  if (candidate.status !== 'ok' || summary === undefined) {
    return [plainText(candidate.name), candidate.status, '-', '-', '-', '-', '-', '-', contractOf(candidate)];
  }
  return [
    plainText(candidate.name),
    formatEstimate(summary.requestsPerSecond),
    formatQuantity(summary.p50Ms.mean, ' ms'),
    formatQuantity(summary.p99Ms.mean, ' ms'),
    formatQuantity(summary.peakCpuPercent, ' %'),
    formatQuantity(summary.peakMemoryMiB, ' MiB'),
    formatQuantity(summary.cpuMsPerRequest?.mean, ''),
    formatQuantity(candidate.calibration?.turnarounds, ''),
    contractOf(candidate),
  ];
};

export const contractOf = ({ contract, rounds }: CandidateResult): string => {
  if (contract === undefined) return 'not checked';
  const underLoad = rounds.reduce((sum, round) => sum + (round.checked ?? 0), 0);
  const broken = contract.ok ? rounds.some((round) => (round.wrong ?? 0) > 0) : true;
  return broken ? 'broken' : `ok (${contract.checked} + ${underLoad})`;
};

const footer = (race: RaceResult): readonly string[] => {
  const { plan, environment } = race;
  const blocks = `${plan.blocks} ${plan.blocks === 1 ? 'block' : 'blocks'} of ${plan.durationMs / 1_000} s`;
  const between = [
    plan.proxy && `proxy maxconn ${plan.proxy.maxconn}`,
    plan.pooler && `pooler ${plan.pooler.connections} connections`,
  ];
  const versions = Object.entries(environment.versions).map(([name, version]) => `${name} ${version}`);
  return [
    `${plan.workload.name} x ${plan.workload.scale}: ${[`${plan.connections} connections`, blocks, ...between].filter(Boolean).join(', ')}.`,
    `${environment.cpu}, ${environment.cores} cores, Linux ${environment.kernel}, node ${environment.node}, ${versions.join(', ')}.`,
    ...linkLines(race),
    ...costLines(race),
    ...race.missing.map(({ tool, install }) => `Without ${tool}, which is not installed: ${install}`),
    ...race.candidates
      .filter((candidate) => candidate.status !== 'ok')
      .map(({ name, status, reason }) => plainText(`${name} ${status}: ${reason ?? 'no reason given'}`)),
    ...comparisonLines(race),
    ...warningLines(race),
  ];
};

/** What each emulated path was asked to do, and what it did: the median over the rounds' own. */
const linkLines = (race: RaceResult): readonly string[] =>
  Object.entries(race.plan.links).map(([place, { rttMs }]) => {
    const achieved = race.candidates
      .flatMap(({ rounds }) => rounds.map((round) => round.links?.[place]?.rttMs.p50))
      .filter((value) => value !== undefined)
      .sort((a, b) => a - b);
    const middle = achieved[Math.floor(achieved.length / 2)];
    return `Link ${place}: ${formatQuantity(rttMs, ' ms')} asked, ${formatQuantity(middle, ' ms')} achieved (median).`;
  });

/** Prices where the plan has them, and the rates that keep its latency target. A line each, or none. */
const costLines = ({ candidates, plan }: RaceResult): readonly string[] => {
  const usual = candidates.flatMap(({ name, summary }) =>
    summary?.usdPerMillionRequests === undefined ? [] : [`${name} ${summary.usdPerMillionRequests.toPrecision(3)}`],
  );
  const atTarget = candidates.flatMap(({ name, summary, atLatencyTarget: target }) =>
    summary === undefined || target === undefined
      ? []
      : [`${name} ${targetText(target.requestsPerSecond, summary.usdPerMillionAtLatencyTarget)}`],
  );
  return [
    ...labelled('USD a million requests', usual),
    ...labelled(`Highest rate with p99 within ${plan.latencyTargetP99Ms} ms`, atTarget),
  ];
};

const targetText = (requestsPerSecond: number | undefined, usdPerMillion: number | undefined): string => {
  if (requestsPerSecond === undefined) return 'at no rate';
  const price = usdPerMillion === undefined ? '' : ` for USD ${usdPerMillion.toPrecision(3)}`;
  return `${formatNumber(requestsPerSecond)}/s${price}`;
};

const labelled = (label: string, texts: readonly string[]): readonly string[] =>
  texts.length === 0 ? [] : [plainText(`${label}: ${texts.join(', ')}.`)];
