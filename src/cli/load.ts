import { open, writeFile } from 'node:fs/promises';
import { Command } from 'commander';
import { describeThrown, PitwallError, present, systemClock } from '../base/index.ts';
import {
  type AnswerRow,
  formatHdrResult,
  formatJson,
  formatText,
  jobFromOptions,
  type LoadJob,
  type LoadResult,
  parseCount,
  parseThreshold,
  runLoad,
  type TimeUnit,
  testThreshold,
  timeUnitNamed,
  withCeilingFlag,
} from '../load/index.ts';
import { debugRequest } from './load/debug.ts';
import { readFiles } from './load/files.ts';
import { formatValue, search } from './load/find-rate.ts';
import { addFlags } from './load/flags.ts';
import { openLoadView } from './load/load-view.ts';
import type { Format, Options } from './load/options.ts';
import { openRowWriter } from './load/row-writer.ts';
import { type CommandContext, exitCode, type Io } from './terminal/io.ts';

export const loadCommand = ({ io, setExitCode }: CommandContext): Command =>
  addFlags(new Command('load'))
    .description('Load one URL; takes oha’s flags and prints its text. For a verdict on two: pitwall race URL_A URL_B.')
    .argument('<url>', 'what to load, e.g. http://127.0.0.1:8080/path')
    .action(async (url: string, given: Options & { readonly disableKeepalive?: boolean }) => {
      const options = { ...given, keepalive: given.disableKeepalive !== true };
      const files = await readFiles(url, options);
      if (options.dumpUrls !== undefined) {
        io.stdout(dumpUrls(url, files.urls, parseCount(options.dumpUrls)));
        return;
      }
      const job = jobFromOptions(files.urls?.[0] ?? url, options, {
        ...files,
        ...(files.urls && { urls: files.urls.slice(1) }),
      });
      if (options.debug === true) setExitCode(await debugRequest(job, io));
      else if (options.findRate !== undefined) setExitCode(await search(job, options, options.findRate, io));
      else setExitCode(await load(job, options, io));
    });

/** The URLs of the load in their order, round and round. */
const dumpUrls = (url: string, urls: readonly string[] = [url], count: number): string =>
  Array.from({ length: count }, (_, index) => `${urls[index % urls.length]}\n`).join('');

const load = async (job: LoadJob, options: Options, io: Io) => {
  const conditions = options.failIf.map(parseThreshold);
  const timeUnit = parseTimeUnit(options.timeUnit);
  await checkOutput(options.output);
  const format = options.json === true ? 'json' : options.outputFormat;
  const rows = format === 'csv' ? openRowWriter(job, options.output, io) : undefined;
  const measured = await runOnce(job, options, io, rows?.take);
  rows?.close();
  const result = options.ceiling && !io.signal.aborted ? await withCeilingFlag(job, measured, systemClock) : measured;
  const text = formatResult(result, format, { timeUnit, breakdown: options.statsSuccessBreakdown === true });
  if (options.output === undefined || rows !== undefined) io.stdout(text);
  else await writeOutput(options.output, text, io);
  if (io.signal.aborted) return exitCode.interrupted;
  const met = conditions
    .map((condition) => ({ condition, ...testThreshold(condition, result) }))
    .filter(({ holds, hasData }) => holds || !hasData);
  for (const { condition, value, hasData } of met) {
    const why = hasData
      ? `${condition.text} (it is ${formatValue(value)})`
      : `nothing was measured to judge ${condition.text} by`;
    io.stderr(`pitwall: failed, since ${why}\n`);
  }
  return met.length > 0 ? exitCode.gate : exitCode.done;
};

const runOnce = async (
  job: LoadJob,
  options: Options,
  io: Io,
  onAnswer?: (row: AnswerRow) => void,
): Promise<LoadResult> => {
  const view = await openLoadView(job, io, options.tui && io.stdoutIsTty);
  try {
    return await runLoad(job, systemClock, {
      signal: io.signal,
      onReady: () => view.start(),
      onWindow: (window) => view.show(window),
      ...(onAnswer !== undefined && { onAnswer }),
    });
  } finally {
    view.close();
  }
};

const formatResult = (
  result: LoadResult,
  format: Format,
  { timeUnit, breakdown }: { readonly timeUnit: TimeUnit | undefined; readonly breakdown: boolean },
): string => {
  switch (format) {
    case 'json':
      return formatJson(result, { breakdown });
    case 'hdr':
      return formatHdrResult(result);
    case 'quiet':
    case 'csv':
      return '';
    case 'text':
      return formatText(result, { breakdown, ...present('timeUnit', timeUnit) });
    default:
      return format satisfies never;
  }
};

const parseTimeUnit = (name: string | undefined): TimeUnit | undefined => {
  const unit = name === undefined ? undefined : timeUnitNamed(name);
  if (name !== undefined && unit === undefined) {
    throw new PitwallError('load.invalid', `There is no time unit ${name}; there are ns, us, ms, s, m and h.`);
  }
  return unit;
};

/** Before the load, since a result that can't be written is lost. */
const checkOutput = async (path: string | undefined): Promise<void> => {
  if (path === undefined) return;
  try {
    await (await open(path, 'a')).close();
  } catch (error) {
    throw new PitwallError('load.invalid', `${path} can't be written: ${describeThrown(error)}`, { cause: error });
  }
};

const writeOutput = async (path: string, text: string, io: Io): Promise<void> => {
  try {
    await writeFile(path, text);
  } catch (error) {
    io.stdout(text);
    throw new PitwallError('load.failed', `${path} can't be written: ${describeThrown(error)}`, { cause: error });
  }
};
