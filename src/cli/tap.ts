import { createSecureContext } from 'node:tls';
import { Command, InvalidArgumentError, Option } from 'commander';
import { createLogUpdate } from 'log-update';
import { systemClock as clock, PitwallError, sleepMs } from '../base/index.ts';
import { readRegularFile } from '../files/index.ts';
import { formatAddress, parseAddress, setTimerSlack, startTap, type Tap, type TapOptions } from '../wire/index.ts';
import { formatLedger } from './race/tap-ledger.ts';
import { type CommandContext, exitCode, type Io } from './terminal/io.ts';

interface TapFlags {
  readonly listen: string;
  readonly upstream: string;
  readonly rtt?: number;
  readonly jitter?: number;
  readonly rate?: number;
  readonly tls: 'passthrough' | 'terminate';
  readonly tlsKey?: string;
  readonly tlsCert?: string;
  readonly count: 'none' | 'layer4' | 'messages';
  readonly duration?: number;
  readonly seed?: number;
  readonly json?: true;
}

export const tapCommand = ({ io, setExitCode }: CommandContext): Command =>
  new Command('tap')
    .description('Forward Postgres connections unchanged, and count what they cost: the round trips above all.')
    .requiredOption('--listen <address>', 'HOST:PORT, PORT, or the path of a unix socket')
    .requiredOption('--upstream <address>', 'the server: HOST:PORT, PORT, or the path of a unix socket')
    .option('--rtt <time>', 'emulate a link with this round trip, e.g. 4ms', milliseconds)
    .option('--jitter <time>', 'each way deviates by up to this', milliseconds)
    .option('--rate <rate>', 'each way carries at most this, e.g. 10mbit', bytesPerSecond)
    .option('--seed <n>', 'random seed of the jitter', Number)
    .addOption(
      new Option('--tls <mode>', 'leave TLS alone and count by records, or take it off and see messages')
        .choices(['passthrough', 'terminate'])
        .default('passthrough'),
    )
    .option('--tls-key <file>', 'for terminate: PEM key (the server’s own, where clients bind SCRAM to the channel)')
    .option('--tls-cert <file>', 'for terminate: PEM certificate')
    .addOption(
      new Option('--count <what>', 'nothing, alternations of direction, or messages')
        .choices(['none', 'layer4', 'messages'])
        .default('messages'),
    )
    .option('--duration <time>', 'stop after this time, e.g. 30s (default: until interrupted)', milliseconds)
    .option('--json', 'print the ledger as JSON at the end, and nothing else on standard output')
    .addHelpText(
      'after',
      '\nA tap gives counts, no verdict: `pitwall race URL_A URL_B` races two running servers, each with a tap of its own before its database.\n\nExamples:\n  pitwall tap --listen 6000 --upstream 5432\n  pitwall tap --listen 6000 --upstream db:5432 --rtt 4ms --json > ledger.json\n',
    )
    .action(async (flags: TapFlags) => {
      const { signal } = io;
      setTimerSlack();
      await using tap = await startTap(readOptions(flags));
      io.stderr(`Listening on ${formatAddress(tap.address)}, forwarding to ${flags.upstream}. Interrupt to stop.\n`);
      await show(tap, flags, io, signal);
      const { ledger, link } = tap.snapshot();
      if (flags.json) io.stdout(`${JSON.stringify({ ledger, link, connections: tap.connections() }, null, 2)}\n`);
      else io.stdout(formatLedger(ledger, link));
      setExitCode(exitCode.done);
    });

const readOptions = (flags: TapFlags): TapOptions => {
  const { rtt, jitter, rate, seed } = flags;
  if (rtt === undefined && jitter !== undefined) {
    throw new PitwallError('observe.invalid', '--jitter needs an --rtt to deviate from.');
  }
  const hasLink = rtt !== undefined || rate !== undefined;
  return {
    listen: parseAddress(flags.listen),
    upstream: parseAddress(flags.upstream),
    count: flags.count,
    clock,
    ...(hasLink
      ? {
          link: {
            rttMs: rtt ?? 0,
            ...(jitter === undefined ? {} : { jitterMs: jitter }),
            ...(rate === undefined ? {} : { bytesPerSecond: rate }),
          },
        }
      : {}),
    ...(flags.tls === 'terminate' ? { terminate: readCertificate(flags) } : {}),
    ...(seed === undefined ? {} : { seed }),
  };
};

/** Until interrupted or the time is up; on a terminal with the ledger, twice a second. */
const show = async (tap: Tap, flags: TapFlags, io: Io, signal: AbortSignal): Promise<void> => {
  const isLive = io.stderrIsTty && !io.env['CI'] && !flags.json;
  const live = isLive ? createLogUpdate(process.stderr) : undefined;
  const endNs = clock.nowNs() + (flags.duration ?? Number.POSITIVE_INFINITY) * 1e6;
  try {
    while (clock.nowNs() < endNs) {
      const leftMs = (endNs - clock.nowNs()) / 1e6;
      await sleepMs(clock, Math.min(leftMs, live === undefined ? 86_400_000 : 500), signal);
      const { ledger, link } = tap.snapshot();
      live?.(formatLedger(ledger, link));
    }
  } catch (error) {
    // Interrupting is how a tap is ended: then it prints what it counted.
    if (!signal.aborted) throw error;
  } finally {
    live?.clear();
  }
};

/** Read here, where it can still be said which file is wrong: the first client would meet it otherwise. */
const readCertificate = ({ tlsKey, tlsCert }: TapFlags): { readonly key: Buffer; readonly cert: Buffer } => {
  const pair = { key: readPem('--tls-key', tlsKey), cert: readPem('--tls-cert', tlsCert) };
  try {
    createSecureContext(pair);
    return pair;
  } catch (cause) {
    throw new PitwallError(
      'observe.invalid',
      `The tap can't use its TLS key: ${tlsKey} and ${tlsCert} are no key and its certificate (PEM).`,
      { cause },
    );
  }
};

const readPem = (flag: string, path: string | undefined): Buffer => {
  if (path === undefined) throw new PitwallError('observe.invalid', `--tls terminate needs ${flag}.`);
  try {
    return readRegularFile(path, 2 ** 20);
  } catch (cause) {
    throw new PitwallError('observe.invalid', `Can't read ${path}, given by ${flag}.`, { cause });
  }
};

const units: Readonly<Record<string, number>> = { us: 0.001, ms: 1, s: 1000, m: 60_000 };
const milliseconds = (text: string): number => {
  const match = /^(\d+(?:\.\d+)?)(us|ms|s|m)$/.exec(text === '0' ? '0ms' : text);
  if (match === null) throw new InvalidArgumentError('It must be a time with its unit, e.g. 3.6ms or 30s.');
  return Number(match[1]) * units[match[2]!]!;
};

const rates: Readonly<Record<string, number>> = { kbit: 1e3 / 8, mbit: 1e6 / 8, gbit: 1e9 / 8 };
const bytesPerSecond = (text: string): number => {
  const match = /^(\d+(?:\.\d+)?)(kbit|mbit|gbit)$/.exec(text);
  const rate = match === null ? 0 : Number(match[1]) * rates[match[2]!]!;
  if (rate <= 0) throw new InvalidArgumentError('It must be a rate with its unit, e.g. 512kbit, 10mbit or 1gbit.');
  return rate;
};
