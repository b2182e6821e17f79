import { readFile, writeFile } from 'node:fs/promises';
import { Command, Option } from 'commander';
import { type Clock, messageOf, PitwallError, systemClock } from '../base/index.ts';
import {
  type AnswerRow,
  csvHeader,
  findRate,
  formatCsvRow,
  formatHdr,
  formatJson,
  formatText,
  jobFromOptions,
  type LoadJob,
  type LoadOptions,
  type LoadResult,
  parseRate,
  parseRequestFile,
  parseThreshold,
  runLoad,
  shownHistogram,
  testThreshold,
  timeUnitNamed,
  withCeilingFlag,
} from '../load/index.ts';
import { type CommandContext, exitCode, type Io } from './io.ts';
import { openLoadView } from './load-view.ts';

type Format = 'text' | 'json' | 'csv' | 'hdr' | 'quiet';

interface Options extends LoadOptions {
  readonly body?: string;
  readonly bodyFile?: string;
  readonly requests?: string;
  readonly cacert?: string;
  readonly expectJson?: string;
  readonly failIf: readonly string[];
  readonly findRate?: string;
  readonly tui: boolean;
  readonly ceiling: boolean;
  readonly output?: string;
  readonly outputFormat: Format;
  readonly json?: boolean;
  readonly timeUnit?: string;
}

const collect = (value: string, before: readonly string[] = []): readonly string[] => [...before, value];

export const loadCommand = ({ io, setExitCode }: CommandContext): Command =>
  new Command('load')
    .description('Load one URL and measure it; takes oha’s flags and prints its text.')
    .argument('<url>', 'what to load, e.g. http://127.0.0.1:8080/path')
    .optionsGroup('How much:')
    .option('-n <requests>', 'number of requests: 200, 10k, 1m (default: 200)')
    .option('-z <duration>', 'time to send requests for, instead of -n: 10s, 3m')
    .option('-c <connections>', 'connections', '50')
    .option('-p <streams>', 'requests at a time on each HTTP/2 connection', '1')
    .option('-q <rate>', 'open loop: requests a second, whatever the answers take')
    .addOption(
      new Option('--arrivals <kind>', 'open loop: how requests are spaced')
        .choices(['constant', 'poisson'])
        .default('constant'),
    )
    .option('--stages <ramps>', 'open loop that ramps: 10s:100,30s:1000 (duration, rate at its end)')
    .option('--warmup <duration>', 'load before the measurement, which does not count')
    .option('-t, --timeout <duration>', 'of each request (default: 10s)')
    .option('--workers <threads>', 'threads that share the connections and the rate', '1')
    .option('--seed <number>', 'of everything that is drawn', '1')
    .optionsGroup('What to send:')
    .option('-m, --method <method>', 'HTTP method')
    .option('-H, --header <header>', '"Name: value"; may be repeated', collect)
    .option('-A, --accept <type>', 'Accept header')
    .option('-T, --content-type <type>', 'Content-Type header')
    .option('-a, --basic-auth <user:password>', 'Authorization header')
    .option('-d, --body <text>', 'request body')
    .option('-D, --body-file <file>', 'request body from a file')
    .option('--requests <file>', 'several requests from a YAML or JSON file')
    .addOption(
      new Option('--order <order>', 'of several requests: drawn by weight, or one after another')
        .choices(['mix', 'sequence'])
        .default('mix'),
    )
    .option('--cookies', 'each connection sends back the cookies that it is given')
    .option('--host <host>', 'Host header')
    .option('--http2', 'speak HTTP/2')
    .option('--http-version <version>', '1.1 or 2')
    .option('--disable-keepalive', 'a new connection for each request')
    .optionsGroup('Where to:')
    .option('--connect-to <rule>', 'HOST:PORT:TARGET_HOST:TARGET_PORT instead of what the name resolves to')
    .option('--unix-socket <path>', 'connect to a unix socket')
    .option('--ipv4', 'resolve to IPv4 only')
    .option('--ipv6', 'resolve to IPv6 only')
    .option('--insecure', 'TLS: accept any certificate')
    .option('--cacert <file>', 'TLS: an authority to trust beside the known ones')
    .option('--sni <name>', 'TLS: server name to ask for')
    .optionsGroup('What is right:')
    .option('--expect-status <list>', 'statuses that are ok: 200,404,500-599 (default: 200-399)')
    .option('--expect-bytes <length>', 'length of every body')
    .option('--expect-sha256 <hex>', 'hash of every body')
    .option('--expect-json <file>', 'JSON that bodies must contain')
    .option('--expect-json-ratio <share>', 'share of the bodies that are held against it', '0.01')
    .option('--fail-if <condition>', 'exit 3 when it holds: "p(99) > 200"; may be repeated', collect, [])
    .option('--find-rate <condition>', 'search the highest rate at which it holds: "p(99) < 50"')
    .optionsGroup('Output:')
    .option('--no-tui', 'no live view')
    .option('--no-ceiling', 'do not hold a busy client against a server that does nothing')
    .option('-o, --output <file>', 'write the result to a file')
    .addOption(
      new Option('--format, --output-format <format>').choices(['text', 'json', 'csv', 'hdr', 'quiet']).default('text'),
    )
    .option('-j, --json', 'the same as --format json')
    .option('-u, --time-unit <unit>', 'of the text: ns, us, ms, s, m, h')
    .addOption(new Option('--latency-correction', 'the open loop always times from the planned send').hideHelp())
    .action(async (url: string, given: Options & { readonly disableKeepalive?: boolean }) => {
      const options = { ...given, keepalive: given.disableKeepalive !== true };
      const job = jobFromOptions(url, options, await readFiles(options));
      setExitCode(
        options.findRate === undefined
          ? await load(job, options, io)
          : await search(job, options, options.findRate, io),
      );
    });

const load = async (job: LoadJob, options: Options, io: Io) => {
  const conditions = options.failIf.map(parseThreshold);
  const format = options.json === true ? 'json' : options.outputFormat;
  const rows = format === 'csv' ? csvRows(job) : undefined;
  const measured = await runOnce(job, options, io, rows?.take);
  const result = options.ceiling && !io.signal.aborted ? await withCeilingFlag(job, measured, systemClock) : measured;
  const text = rows?.text() ?? formatResult(result, format, options);
  if (options.output === undefined) io.stdout(text);
  else await writeFile(options.output, text);
  if (io.signal.aborted) return exitCode.interrupted;
  const met = conditions
    .map((condition) => ({ condition, ...testThreshold(condition, result) }))
    .filter(({ holds }) => holds);
  for (const { condition, value } of met)
    io.stderr(`pitwall: failed, since ${condition.text} (it is ${formatNumber(value)})\n`);
  return met.length > 0 ? exitCode.gate : exitCode.done;
};

const runOnce = async (
  job: LoadJob,
  options: Options,
  io: Io,
  onAnswer?: (row: AnswerRow) => void,
): Promise<LoadResult> => {
  const view = openLoadView(job, io, options.tui && io.stdoutIsTty);
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

const formatResult = (result: LoadResult, format: Format, { timeUnit }: Options): string => {
  switch (format) {
    case 'json':
      return formatJson(result);
    case 'hdr':
      return formatHdr(shownHistogram(result));
    case 'quiet':
    case 'csv':
      return '';
    case 'text': {
      const unit = timeUnit === undefined ? undefined : timeUnitNamed(timeUnit);
      if (timeUnit !== undefined && unit === undefined)
        throw new PitwallError('load.invalid', `There is no time unit ${timeUnit}.`);
      return formatText(result, unit === undefined ? {} : { timeUnit: unit });
    }
    default:
      return format satisfies never;
  }
};

const csvRows = (job: LoadJob) => {
  if (job.workers > 1)
    throw new PitwallError('load.invalid', 'A row for each answer (--format csv) needs --workers 1.');
  const parts = [csvHeader];
  return { take: (row: AnswerRow) => void parts.push(formatCsvRow(row)), text: () => parts.join('') };
};

/** Seconds of one trial of the search when -z doesn't say. */
const trialMs = 5_000;
const firstRatePerS = 100;

const search = async (job: LoadJob, options: Options, text: string, io: Io, clock: Clock = systemClock) => {
  const condition = parseThreshold(text);
  const stop = { durationMs: 'durationMs' in job.stop ? job.stop.durationMs : trialMs };
  io.stdout(`Searching the highest rate at which ${condition.text}\n`);
  const { ratePerS } = await findRate({
    startRatePerS: options.q === undefined ? firstRatePerS : parseRate(options.q),
    run: async (rate) => {
      const model = {
        kind: 'open' as const,
        connections: job.model.connections,
        ratePerS: rate,
        arrivals: options.arrivals,
      };
      const result = await runLoad({ ...job, model, stop }, clock, { signal: io.signal });
      if (io.signal.aborted) throw io.signal.reason;
      return result;
    },
    judge: (result) => {
      const { holds, value } = testThreshold(condition, result);
      return holds ? '' : `${condition.text} is not true of ${formatNumber(value)}`;
    },
    onTrial: ({ ratePerS: rate, holds, reason }) =>
      io.stdout(`  ${formatNumber(rate).padStart(10)}/s  ${holds ? 'holds' : `fails: ${reason}`}\n`),
  });
  if (ratePerS === undefined) {
    io.stdout('It holds at no rate that was tried.\n');
    return exitCode.gate;
  }
  io.stdout(`Highest rate: ${formatNumber(ratePerS)} requests/s\n`);
  return exitCode.done;
};

const readFiles = async (options: Options) => {
  if (options.body !== undefined && options.bodyFile !== undefined) {
    throw new PitwallError('load.invalid', '-d and -D both say the body; use one.');
  }
  const read = async (path: string): Promise<Buffer> => {
    try {
      return await readFile(path);
    } catch (error) {
      throw new PitwallError('load.invalid', `${path} can't be read: ${messageOf(error)}`, { cause: error });
    }
  };
  return {
    ...(options.body !== undefined && { body: Buffer.from(options.body) }),
    ...(options.bodyFile !== undefined && { body: await read(options.bodyFile) }),
    ...(options.requests !== undefined && {
      requests: parseRequestFile((await read(options.requests)).toString('utf8'), options.requests),
    }),
    ...(options.cacert !== undefined && { caPem: (await read(options.cacert)).toString('utf8') }),
    ...(options.expectJson !== undefined && {
      expectJson: parseJson(await read(options.expectJson), options.expectJson),
    }),
  };
};

const parseJson = (bytes: Buffer, path: string): unknown => {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch (error) {
    throw new PitwallError('load.invalid', `${path} is not JSON: ${messageOf(error)}`, { cause: error });
  }
};

const formatNumber = (value: number): string => (Number.isInteger(value) ? String(value) : value.toFixed(3));
