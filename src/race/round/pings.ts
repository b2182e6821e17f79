import { createInterface } from 'node:readline';
import { machineNowNs } from '../../base/index.ts';
import { bareEnv } from '../../components/index.ts';
import type { Host, HostProcess } from '../../hosts/index.ts';
import { Histogram } from '../../stats/index.ts';
import { summariseTimes, type TimeSummary } from '../../wire/index.ts';

/** Measures the round trip between two hosts for as long as it is held. */
export interface Pings extends AsyncDisposable {
  readonly process: HostProcess;
  /** Round trips since the last reset; undefined before the first. */
  summary(): TimeSummary | undefined;
  /** At a time of the machine's clock; now without one. */
  reset(atNs?: number): void;
}

/** Often enough for a median of a short round, and nothing beside the race's own packets. */
const everySeconds = 0.05;

/** The kernels answer each other, with time stamps of their own: a busy machine does not make a ping late as it makes a process. */
export const startPings = async (from: Host, to: Host, name: string, logFile: string): Promise<Pings> => {
  const process = await from.start({
    name,
    command: ['ping', '-n', '-i', String(everySeconds), to.address],
    env: bareEnv,
    logFile,
    piped: true,
    graceMs: 1_000,
  });
  let times = new Histogram();
  const lines = createInterface({ input: process.pipes!.stdout });
  lines.on('line', (line) => {
    const rttMs = parseRoundTrip(line);
    if (rttMs !== undefined) times.record(rttMs * 1e6);
  });
  return {
    process,
    summary: () => (times.total === 0 ? undefined : summariseTimes(times)),
    reset(atNs = 0) {
      const forget = (): void => {
        times = new Histogram();
      };
      const leftMs = (atNs - machineNowNs()) / 1e6;
      if (leftMs > 0) setTimeout(forget, leftMs).unref();
      else forget();
    },
    [Symbol.asyncDispose]: () => process[Symbol.asyncDispose]() as Promise<void>,
  };
};

/** The round trip, in ms, of a line of ping's output; undefined for its other lines. */
export const parseRoundTrip = (line: string): number | undefined => {
  const [, ms] = /\btime[=<]([\d.]+) ms/.exec(line) ?? [];
  return ms === undefined ? undefined : Number(ms);
};
