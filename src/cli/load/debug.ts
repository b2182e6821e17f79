import { type Clock, systemClock } from '../../base/index.ts';
import { formatExchange, type LoadJob, runLoad } from '../../load/index.ts';
import { exitCode, type Io } from '../terminal/io.ts';

/** Sends the first request of a job once, and prints it and its answer; the exit code says whether one came. */
export const debugRequest = async (job: LoadJob, io: Io, clock: Clock = systemClock) => {
  const result = await runLoad(
    {
      ...job,
      requests: job.requests.slice(0, 1),
      model: { kind: 'closed', connections: 1 },
      stop: { requests: 1 },
      warmupMs: 0,
      streamsPerConnection: 1,
      workers: 1,
      sampleRatio: 1,
    },
    clock,
    { signal: io.signal },
  );
  io.stdout(formatExchange(job, result));
  return result.samples.length === 0 ? exitCode.failed : exitCode.done;
};
