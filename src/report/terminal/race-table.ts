import Table from 'cli-table3';
import { formatEstimate, formatEstimateRange } from '../../base/index.ts';
import type { CandidateResult, RaceResult } from '../../result/index.ts';
import { describeContract } from '../text/contract-of.ts';
import { plainText } from '../text/plain-text.ts';
import { formatRoundTrips } from '../text/round-trips.ts';

interface Column {
  readonly title: string;
  readonly align: 'left' | 'right';
  readonly cell: (candidate: CandidateResult) => string;
}

const chooseColumns: Readonly<Record<string, Column>> = {
  candidate: { title: 'candidate', align: 'left', cell: ({ name }) => plainText(name) },
  rate: {
    title: 'requests/s [95 %]',
    align: 'right',
    cell: (one) => (isOut(one) ? one.status : formatEstimate(one.summary?.requestsPerSecond)),
  },
  p50: figure('p50', (one) => formatEstimateRange(one.summary?.p50Ms.mean, ' ms')),
  p99: figure('p99', (one) => formatEstimateRange(one.summary?.p99Ms.mean, ' ms')),
  peakCpu: figure('peak CPU', (one) => formatEstimateRange(one.summary?.peakCpuPercent, ' %')),
  peakMemory: figure('peak memory', (one) => formatEstimateRange(one.summary?.peakMemoryMiB, ' MiB')),
  cpu: figure('CPU ms/request', (one) => formatEstimateRange(one.summary?.cpuMsPerRequest?.mean, '')),
  roundTrips: figure('round trips', ({ calibration }) => formatRoundTrips(calibration)),
  contract: { title: 'contract', align: 'left', cell: describeContract },
};

/** Left out one after another where the terminal is too narrow for all. */
const dispensable = ['peakCpu', 'contract', 'peakMemory', 'p50', 'cpu', 'roundTrips', 'p99'];

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

/** A row per candidate, fastest first, with as many columns as fit: the header, then the rows. */
export const tableLines = (race: RaceResult, columns = Number.POSITIVE_INFINITY): readonly string[] => {
  const isKept = race.candidates.every((one) => !isBroken(one));
  const leaving = dispensable.filter((name) => name !== 'contract' || isKept);
  let names = Object.keys(chooseColumns);
  let lines = splitLines(race, names);
  for (const name of leaving) {
    if (Math.max(...lines.map((line) => line.length)) <= columns) break;
    names = names.filter((other) => other !== name);
    lines = splitLines(race, names);
  }
  return lines;
};

const isBroken = (candidate: CandidateResult): boolean => ['broken', 'differs'].includes(describeContract(candidate));

const splitLines = (race: RaceResult, names: readonly string[]): readonly string[] => {
  const shown = names.map((name) => chooseColumns[name]!);
  const table = new Table({
    head: shown.map(({ title }) => title),
    chars: { ...frameless },
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
    colAligns: shown.map(({ align }) => align),
  });
  const order = [...race.candidates].sort((a, b) => predictRate(b) - predictRate(a));
  for (const candidate of order) table.push(shown.map(({ cell }) => cell(candidate)));
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line !== '');
};

const isOut = ({ status, summary }: CandidateResult): boolean => status !== 'ok' || summary === undefined;

/** A candidate that is out has no figures, whatever its rounds were. */
function figure(title: string, cell: (candidate: CandidateResult) => string): Column {
  return { title, align: 'right', cell: (candidate) => (isOut(candidate) ? '-' : cell(candidate)) };
}

const predictRate = (candidate: CandidateResult): number =>
  candidate.status === 'ok' ? (candidate.summary?.requestsPerSecond.mean ?? 0) : -1;
