import { type Clock, describeThrown, present } from '../../base/index.ts';
import type { StageConsoles } from '../../components/index.ts';
import { haproxyBackend } from '../../components/index.ts';
import type { Instruments } from '../../plan/index.ts';
import type { Telemetry } from '../../result/index.ts';
import { average } from '../../stats/index.ts';
import {
  type AcceptedReading,
  type HaproxyReading,
  type HostReading,
  hostUsageBetween,
  type PgBouncerReading,
  type PostgresReading,
  startAcceptedSampler,
  startHaproxySampler,
  startHostSampler,
  startPgBouncerSampler,
  startPostgresSampler,
  type Timed,
} from '../../telemetry/index.ts';

/** How many stood in line, reading by reading, in front of one component. */
export interface QueueReadings {
  readonly name: 'proxy' | 'pooler';
  readonly readings: readonly Timed<{ readonly waiting: number }>[];
}

/** What the samplers saw: summed up, and the queues as they were read. */
export interface Seen {
  readonly telemetry: Telemetry;
  readonly queues: readonly QueueReadings[];
}

/** A running set of samplers. */
export interface TelemetryWatch {
  /** Takes the last readings and sums them up. */
  stop(): Promise<Seen>;
}

const intervalMs = 1_000;
/** Connections stay with their process, and a look at them costs more than the others do. */
const acceptedIntervalMs = 5_000;

/**
 * Samples the pooler's console, the proxy's stats socket, the database's activity and the machine, each once a
 * second, and the connections of the server's processes every five. An instrument that cannot be read is named in `unavailable`; it never costs a round.
 */
export const watchTelemetry = async (
  consoles: StageConsoles,
  instruments: Instruments,
  clock: Clock,
): Promise<TelemetryWatch> => {
  const unavailable: string[] = [];
  const tryStart = async <T>(name: string, start: () => T | Promise<T>): Promise<T | undefined> => {
    try {
      return await start();
    } catch (error) {
      unavailable.push(`${name}: ${describeThrown(error)}`);
      return undefined;
    }
  };
  const { pooler, proxySocket, database, server } = consoles;
  const [proxySampler, poolerSampler, serverSampler, databaseSampler, machineSampler] = await Promise.all([
    instruments.proxy && proxySocket !== undefined
      ? tryStart('proxy', () => startHaproxySampler({ socketPath: proxySocket, intervalMs, clock }))
      : undefined,
    instruments.pooler && pooler !== undefined
      ? tryStart('pooler', () => startPgBouncerSampler({ ...pooler, intervalMs, clock }))
      : undefined,
    instruments.server && server !== undefined
      ? tryStart('server', () => startAcceptedSampler({ ...server, intervalMs: acceptedIntervalMs, clock }))
      : undefined,
    instruments.database && database !== undefined
      ? tryStart('database', () => startPostgresSampler({ connectionString: database, intervalMs, clock }))
      : undefined,
    instruments.machine ? tryStart('machine', () => startHostSampler({ intervalMs, clock })) : undefined,
  ]);
  const read = async <T>(
    name: string,
    sampler: { stop(): Promise<{ readonly samples: readonly Timed<T>[]; readonly failure?: string }> } | undefined,
  ): Promise<readonly Timed<T>[]> => {
    if (sampler === undefined) return [];
    const { samples, failure } = await sampler.stop();
    if (failure !== undefined) unavailable.push(`${name}: ${failure}`);
    return samples;
  };
  return {
    async stop() {
      const [proxy, poolerSamples, accepted, backends, machine] = await Promise.all([
        read('proxy', proxySampler),
        read('pooler', poolerSampler),
        read('server', serverSampler),
        read('database', databaseSampler),
        read('machine', machineSampler),
      ]);
      return {
        telemetry: {
          ...present('proxy', readProxy(proxy)),
          ...present('pooler', readPooler(poolerSamples)),
          ...present('server', describeServer(accepted)),
          ...present('database', readDatabase(backends)),
          ...present('machine', findMachine(machine)),
          unavailable,
        },
        queues: readQueues(proxy, poolerSamples),
      };
    },
  };
};

const buildLevel = (values: readonly number[]): { mean: number; peak: number } => ({
  mean: average(values),
  peak: Math.max(...values),
});

const readProxy = (samples: readonly HaproxyReading[]): Telemetry['proxy'] => {
  const backends = samples
    .map(({ backends: all }) => all.find(({ name }) => name === haproxyBackend))
    .filter((one) => one !== undefined);
  const limit = backends[0]?.sessionLimit;
  return backends.length === 0
    ? undefined
    : {
        queued: buildLevel(backends.map(({ queued }) => queued)),
        sessions: buildLevel(backends.map(({ sessions }) => sessions)),
        ...present('sessionLimit', limit),
      };
};

const readPooler = (samples: readonly PgBouncerReading[]): Telemetry['pooler'] => {
  const [first, last] = [samples[0], samples.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  const transactions = last.transactions - first.transactions;
  const waitSeconds = last.waitSeconds - first.waitSeconds;
  return {
    transactions,
    ...present('waitMsPerTransaction', transactions > 0 ? (waitSeconds * 1_000) / transactions : undefined),
    clientsActive: buildLevel(samples.map(({ clientsActive }) => clientsActive)),
    clientsWaiting: buildLevel(samples.map(({ clientsWaiting }) => clientsWaiting)),
    serversActive: buildLevel(samples.map(({ serversActive }) => serversActive)),
  };
};

/** A process that had none in a reading counts as none there. */
const describeServer = (samples: readonly AcceptedReading[]): Telemetry['server'] => {
  const sums = new Map<number, number>();
  for (const { connectionsOf } of samples) {
    for (const [pid, count] of connectionsOf) sums.set(pid, (sums.get(pid) ?? 0) + count);
  }
  if (sums.size === 0) return undefined;
  return { connectionsByProcess: [...sums.values()].map((sum) => sum / samples.length).sort((a, b) => b - a) };
};

const readQueues = (
  proxy: readonly Timed<HaproxyReading>[],
  pooler: readonly Timed<PgBouncerReading>[],
): readonly QueueReadings[] => {
  const atProxy = proxy.flatMap(({ atNs, backends }) => {
    const api = backends.find(({ name }) => name === haproxyBackend);
    return api === undefined ? [] : [{ atNs, waiting: api.queued }];
  });
  const atPooler = pooler.map(({ atNs, clientsWaiting }) => ({ atNs, waiting: clientsWaiting }));
  return [
    { name: 'proxy' as const, readings: atProxy },
    { name: 'pooler' as const, readings: atPooler },
  ].filter(({ readings }) => readings.length > 0);
};

/** Mean number of backends in each state; a state that a sample lacks counts as none. */
const readDatabase = (samples: readonly PostgresReading[]): Telemetry['database'] => {
  if (samples.length === 0) return undefined;
  const sums: Record<string, number> = {};
  for (const { backends } of samples) {
    for (const { state, count } of backends) sums[state] = (sums[state] ?? 0) + count;
  }
  return Object.fromEntries(Object.entries(sums).map(([state, sum]) => [state, sum / samples.length]));
};

const findMachine = (samples: readonly Timed<HostReading>[]): Telemetry['machine'] => {
  const [first, last] = [samples[0], samples.at(-1)];
  return first === undefined || last === undefined || first === last ? undefined : hostUsageBetween(first, last);
};
