import { type Clock, PitwallError, systemClock } from '../../base/index.ts';
import { findRate, type LoadJob, parseRate, parseThreshold, runLoad, testThreshold } from '../../load/index.ts';
import { exitCode, type Io } from '../terminal/io.ts';
import type { Options } from './options.ts';

const trialMs = 5_000;
const longestTrialWarmupMs = 1_000;
const firstRatePerS = 100;

/** Searches the highest rate at which the condition `text` holds, and prints each trial; the exit code. */
export const search = async (job: LoadJob, options: Options, text: string, io: Io, clock: Clock = systemClock) => {
  const condition = parseThreshold(text);
  if (options.n !== undefined || options.stages !== undefined) {
    throw new PitwallError(
      'load.invalid',
      '--find-rate sets the rate of each trial, and -z its time: leave out -n and --stages.',
    );
  }
  if (options.failIf.length > 0 || options.output !== undefined) {
    throw new PitwallError(
      'load.invalid',
      '--find-rate prints its trials and the rate it found: leave out --fail-if and -o.',
    );
  }
  const stop = { durationMs: 'durationMs' in job.stop ? job.stop.durationMs : trialMs };
  // Without one, a trial would begin with no request on its way and end with many.
  const warmupMs = options.warmup === undefined ? Math.min(longestTrialWarmupMs, stop.durationMs / 5) : job.warmupMs;
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
      const result = await runLoad({ ...job, model, stop, warmupMs }, clock, { signal: io.signal });
      if (io.signal.aborted) throw io.signal.reason;
      return result;
    },
    judge: (result) => {
      const { holds, value, hasData } = testThreshold(condition, result);
      if (!hasData) return 'nothing was answered';
      return holds ? '' : `${condition.text} is not true of ${formatValue(value)}`;
    },
    onTrial: ({ ratePerS: rate, holds, reason }) =>
      io.stdout(`  ${formatValue(rate).padStart(10)}/s  ${holds ? 'holds' : `fails: ${reason}`}\n`),
  });
  if (ratePerS === undefined) {
    io.stdout('It holds at no rate that was tried.\n');
    return exitCode.gate;
  }
  io.stdout(`Highest rate: ${formatValue(ratePerS)} requests/s\n`);
  return exitCode.done;
};

/** A rate, a count or a time as thresholds and trials show it. */
export const formatValue = (value: number): string => (Number.isInteger(value) ? String(value) : value.toFixed(3));
