import { closeSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { Command, InvalidArgumentError, Option } from 'commander';
import { systemClock as clock, PitwallError } from '../base/index.ts';
import {
  type ComponentUsage,
  formatProcessCsv,
  formatPsrecordHeader,
  formatPsrecordRow,
  plotUsage,
  processCsvHeader,
  startRecorder,
  type UsageSample,
} from '../telemetry/index.ts';
import { startCommand } from './race/recorded-command.ts';
import { type CommandContext, exitCode, type Io } from './terminal/io.ts';

interface RecordFlags {
  readonly interval: number;
  readonly duration?: number;
  readonly includeChildren?: true;
  readonly includeIo?: true;
  readonly log?: string;
  readonly logFormat: 'plain' | 'csv';
  readonly plot?: string;
  readonly perProcess?: string;
  readonly unixTime?: true;
  readonly json?: true;
}

export const recordCommand = ({ io, setExitCode }: CommandContext): Command =>
  new Command('record')
    .description('Record CPU and memory of a process or a command: psrecord’s flags and log.')
    .argument(
      '<pid-or-command...>',
      'a process id; a command line for the shell; or, after --, a program and its arguments',
    )
    .option('--interval <seconds>', 'time between samples', positiveNumber, 0.1)
    .option('--duration <seconds>', 'stop after this time; a command is ended then', positiveNumber)
    .option('--include-children', 'with all processes that it started, those that ended meanwhile too')
    .option('--include-io', 'with counts of reads and writes')
    .option('--log <file>', 'write the samples there (default: standard output, unless there is a plot)')
    .addOption(new Option('--log-format <format>', 'format of the log').choices(['plain', 'csv']).default('plain'))
    .option('--plot <file.svg>', 'draw CPU and memory over time')
    .option('--per-process <file.csv>', 'write a row for each process and sample there too')
    .option('--unix-time', 'add a column with the seconds since 1970')
    .option('--json', 'print a summary as JSON at the end, instead of the samples')
    .addHelpText(
      'after',
      '\nExamples:\n  pitwall record 4242 --interval 1 --duration 60 --include-children --log usage.txt\n' +
        '  pitwall record "npm run build" --include-children --plot build.svg\n  pitwall record --json -- node server.js\n',
    )
    .action(async (words: readonly string[], flags: RecordFlags) => {
      const usage = await record(words, flags, io);
      if (flags.json) io.stdout(`${JSON.stringify(withoutUnseen(usage), null, 2)}\n`);
      if (io.signal.aborted) setExitCode(exitCode.interrupted);
    });

const record = async (words: readonly string[], flags: RecordFlags, io: Io): Promise<ComponentUsage> => {
  const say = (line: string): void => {
    if (!flags.json) io.stdout(`${line}\n`);
  };
  const command = words.length === 1 && /^\d+$/.test(words[0]!) ? undefined : words;
  say(
    command === undefined
      ? `Attaching to process ${words[0]}`
      : `Starting up command '${command.join(' ')}' and attaching to process`,
  );
  // From here on an interrupt ends what is started, too.
  const { signal } = io;
  const child = command && (await startCommand(command, flags.json === true));
  const pid = child?.pid ?? Number(words[0]);
  const log = openLog(flags, io, clock.unixMs());
  const processLog = flags.perProcess === undefined ? undefined : openFile(flags.perProcess);
  if (processLog !== undefined) writeSync(processLog, processCsvHeader);
  const samples: UsageSample[] = [];
  const startNs = clock.nowNs();
  const stopping = new AbortController();
  let lastLiving: UsageSample | undefined;
  const recorder = startRecorder({
    targets: [{ name: command?.join(' ') ?? String(pid), pid, isOwnChild: child !== undefined }],
    intervalMs: flags.interval * 1000,
    clock,
    includeChildren: flags.includeChildren === true,
    includeIo: flags.includeIo === true,
    includeContextSwitches: flags.json === true,
    onSample(_target, sample, processes) {
      const isOver = sample.processes === 0;
      // The window in which it ended has the CPU time, and its last memory.
      if (isOver) stopping.abort('ended');
      if (isOver && sample.cpuPercent === 0) return;
      const row = isOver ? { ...sample, processes: lastLiving?.processes ?? 1 } : sample;
      lastLiving = row;
      samples.push(row);
      log.write(row);
      if (processLog !== undefined) writeSync(processLog, formatProcessCsv(sample.atMs, processes));
    },
  });
  log.begin();
  void child?.exited.then(() => stopping.abort('ended'));
  const untilNs = flags.duration === undefined ? Number.MAX_SAFE_INTEGER : startNs + flags.duration * 1e9;
  const reason = await waitFor(untilNs, AbortSignal.any([stopping.signal, signal]));
  const usage = recorder.stop()[0]!;
  if (reason === 'ended') say(`Process finished (${((clock.nowNs() - startNs) / 1e9).toFixed(2)} seconds)`);
  log.close();
  if (processLog !== undefined) closeSync(processLog);
  if (child !== undefined) await child.end();
  if (flags.plot !== undefined) writeFile(flags.plot, plotUsage(samples, usage.name));
  return usage;
};

/** Resolves at the deadline, or when the signal is aborted; with the reason then. */
const waitFor = async (untilNs: number, signal: AbortSignal): Promise<unknown> => {
  try {
    // Timers reach 24 days: wait in days.
    while (clock.nowNs() < untilNs) await clock.sleepUntilNs(Math.min(untilNs, clock.nowNs() + 86_400e9), signal);
    return undefined;
  } catch {
    return signal.reason;
  }
};

/** A command that ended before anybody could look at it has no memory to tell of. */
const withoutUnseen = (usage: ComponentUsage): Partial<ComponentUsage> => {
  if (usage.processes > 0) return usage;
  const { rssMiB: _rss, peakRssMiB: _peak, processes: _processes, ...seen } = usage;
  const reason = 'it ended before it could be looked at';
  const unseen = ['rssMiB', 'peakRssMiB', 'processes'].map((quantity) => ({ quantity, reason }));
  return { ...seen, unavailable: [...usage.unavailable, ...unseen] };
};

const openLog = (flags: RecordFlags, io: Io, unixStartMs: number) => {
  const options = {
    includeIo: flags.includeIo === true,
    format: flags.logFormat,
    ...(flags.unixTime ? { unixStartMs } : {}),
  };
  const isPrinted = flags.log === undefined && flags.plot === undefined && !flags.json;
  const fd = flags.log === undefined ? undefined : openFile(flags.log);
  const put = (text: string): void => {
    if (fd !== undefined) writeSync(fd, text);
    else if (isPrinted) io.stdout(text);
  };
  return {
    begin: (): void => put(formatPsrecordHeader(options)),
    write: (sample: UsageSample): void => put(formatPsrecordRow(sample, options)),
    close(): void {
      if (fd !== undefined) closeSync(fd);
    },
  };
};

const openFile = (path: string): number => {
  try {
    return openSync(path, 'w');
  } catch (cause) {
    throw new PitwallError('observe.failed', `Can't write ${path}.`, { cause });
  }
};

const writeFile = (path: string, text: string): void => {
  try {
    writeFileSync(path, text);
  } catch (cause) {
    throw new PitwallError('observe.failed', `Can't write ${path}.`, { cause });
  }
};

const positiveNumber = (text: string): number => {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError('It must be a number above 0.');
  return value;
};
