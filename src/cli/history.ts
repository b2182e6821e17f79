import { Command } from 'commander';
import { describeThrown, formatEstimate, formatNumber } from '../base/index.ts';
import { plainText, type TrendPoint, traceTrend } from '../report/index.ts';
import { type CandidateResult, type RaceResult, raceFolders, readRace } from '../result/index.ts';
import type { CommandContext, Io } from './terminal/io.ts';

interface HistoryFlags {
  readonly results: string;
  readonly candidate?: string;
  readonly json?: true;
}

export const historyCommand = ({ io }: CommandContext): Command =>
  new Command('history')
    .description('List the races of a results folder, or draw one candidate’s throughput over them.')
    .option('--results <folder>', 'where races are', 'results')
    .option('--candidate <name>', 'draw its trend')
    .option('--json', 'print JSON')
    .action(({ results, candidate, json }: HistoryFlags) => {
      const races = readAll(results, io);
      const rows = candidate === undefined ? undefined : traceTrend(races, candidate);
      if (json) io.stdout(`${JSON.stringify(rows?.map(trendFacts) ?? races.map(shortFacts), null, 2)}\n`);
      else if (rows === undefined) io.stdout(races.map((race) => `${writeLine(race)}\n`).join('') || 'no races yet\n');
      else
        io.stdout(rows.map((row) => `${drawn(row, rows, io.columns)}\n`).join('') || `no race measured ${candidate}\n`);
    });

/** One that cannot be read is said and left out: the others are still a history. */
const readAll = (results: string, io: Io): readonly RaceResult[] =>
  raceFolders(results).flatMap((folder) => {
    try {
      return [readRace(folder)];
    } catch (error) {
      io.stderr(`warning: ${plainText(describeThrown(error))}\n`);
      return [];
    }
  });

const shortFacts = ({ id, startedAt, outcome, plan, candidates }: RaceResult) => ({
  id,
  startedAt,
  outcome,
  plan: plan.name,
  candidates: candidates.map(({ name, status, summary }) => ({
    name,
    status,
    ...(summary === undefined ? {} : { requestsPerSecond: summary.requestsPerSecond }),
  })),
});

const trendFacts = ({ id, startedAt, summary: { requestsPerSecond } }: TrendPoint) => ({
  id,
  startedAt,
  requestsPerSecond,
});

const writeLine = ({ id, outcome, candidates }: RaceResult): string => {
  const rates = [...candidates].sort((a, b) => predictRate(b) - predictRate(a)).map(candidateText);
  return plainText(`${id}  ${outcome}  ${rates.join(', ') || 'nobody'}`);
};

const predictRate = ({ summary }: CandidateResult): number => summary?.requestsPerSecond.mean ?? 0;

const candidateText = ({ name, status, summary }: CandidateResult): string =>
  status === 'ok' && summary !== undefined
    ? `${name} ${formatNumber(summary.requestsPerSecond.mean)}/s`
    : `${name} ${status === 'ok' ? 'not played' : status}`;

/** A row with the mean (o) on its interval (-), all rows on one scale from 0. */
const drawn = (
  { startedAt, summary: { requestsPerSecond: rate } }: TrendPoint,
  rows: readonly TrendPoint[],
  columns: number,
): string => {
  const label = `${startedAt.slice(0, 16).replace('T', ' ')}  ${formatEstimate(rate)}/s`.padEnd(46);
  const width = Math.max(20, columns - label.length - 1);
  const top = Math.max(
    ...rows.map(({ summary: { requestsPerSecond } }) => requestsPerSecond.high ?? requestsPerSecond.mean),
  );
  const at = (value: number) => Math.min(width - 1, Math.max(0, Math.round((value / top) * (width - 1))));
  const [low, mean, high] = [at(rate.low ?? rate.mean), at(rate.mean), at(rate.high ?? rate.mean)];
  const cells = Array.from({ length: width }, (_, x) => (x === mean ? 'o' : x >= low && x <= high ? '-' : ' '));
  return `${label}${cells.join('').trimEnd()}`;
};
