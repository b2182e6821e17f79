import { once } from 'node:events';
import type { Clock } from '../../base/index.ts';
import { mayOpen } from '../engine/open-files.ts';
import { type LoadJob, loadJob } from '../job/job.ts';
import type { LoadFlag, LoadResult } from '../job/types.ts';
import { flagLimits } from '../result/flags.ts';
import { runLoad } from '../run.ts';
import { startThread } from '../thread.ts';

const trialMs = 1_000;
const warmupMs = 200;
/** A client that idles more than this is far below its ceiling: there is no need to measure it. */
const busyUtilisation = 0.3;

/**
 * How many answers per second of a size a client with these connections and workers can take on this machine, from a server that
 * does nothing. Takes 1.2 s and loads the machine.
 */
export const measureCeiling = async (
  {
    model: { connections },
    workers,
    protocol = 'http/1.1',
    streamsPerConnection = 1,
  }: Pick<LoadJob, 'model' | 'workers'> & Partial<Pick<LoadJob, 'protocol' | 'streamsPerConnection'>>,
  bodyBytes: number,
  clock: Clock,
): Promise<number> => {
  const server = startThread(protocol === 'h2' ? './null-server-http2' : './null-server', import.meta.url, {
    bodyBytes,
  });
  try {
    const [port] = (await once(server, 'message')) as [number];
    const job = loadJob({
      target: { host: '127.0.0.1', port },
      authority: 'null',
      requests: [{ method: 'GET', path: '/', headers: {} }],
      model: { kind: 'closed', connections },
      stop: { durationMs: trialMs },
      warmupMs,
      workers,
      protocol,
      streamsPerConnection,
    });
    return (await runLoad(job, clock)).requestsPerSecond;
  } finally {
    await server.terminate();
  }
};

/** Adds the flag that holds the rate against the client's ceiling, where the client was busy enough for it to matter. */
export const withCeilingFlag = async (job: LoadJob, result: LoadResult, clock: Clock): Promise<LoadResult> => {
  const answers = Object.values(result.statusCodes).reduce((sum, count) => sum + count, 0);
  if (result.client.cpuUtilisation < busyUtilisation || answers === 0) return result;
  // Both ends of each connection are of this process.
  if (!mayOpen(2 * job.model.connections, job.workers)) return result;
  const ceiling = await measureCeiling(job, Math.round(result.bodyBytes / answers), clock);
  return { ...result, flags: [...result.flags, ceilingFlag(result.requestsPerSecond, ceiling)] };
};

const ceilingFlag = (requestsPerSecond: number, ceiling: number): LoadFlag => {
  const value = ceiling > 0 ? requestsPerSecond / ceiling : 1;
  const ok = value <= flagLimits.ceilingRatio;
  const share = `${(value * 100).toFixed(0)} % of what this client gets from a server that does nothing (${ceiling.toFixed(0)}/s)`;
  return {
    name: 'ceiling',
    ok,
    value,
    limit: flagLimits.ceilingRatio,
    explain: ok ? `The rate is ${share}.` : `The rate is ${share}: it may be the client's limit, not the server's.`,
  };
};
