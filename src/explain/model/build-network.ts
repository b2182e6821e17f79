import { PitwallError } from '../../base/index.ts';
import type { Component, Demands, ServerShape, SharedCores } from '../demands/demands.ts';
import type { Network, RequestStep, Station } from './network.ts';

/** Names of the limits in the model; stations are named `server CPU`, `machine CPU` and so on. */
export const resource = {
  connections: 'connections',
  maxconn: 'proxy maxconn',
  workers: 'workers',
  processes: 'processes',
  pool: 'pool',
  poolerConnections: 'pooler connections',
  serverThreads: 'server threads',
  poolerThread: 'pooler thread',
  lock: 'database lock',
} as const;

/** Names of the delays. */
export const passing = {
  think: 'think time',
  clientLink: 'client link',
  proxyLink: 'proxy link',
  databaseLink: 'database link',
  databaseWait: 'database wait',
  entryWakeUps: 'wake-ups to the server',
  wakeUps: 'wake-ups to the database',
  connect: 'connection set-up',
} as const;

/**
 * The model of a candidate, from the outside in: connections > link > proxy maxconn > workers > pool > round
 * trips, with the CPU of each component where it is spent. Time at the database and the server's CPU inside
 * the hold are cut into as many bursts as there are round trips.
 *
 * @throws PitwallError `explain.invalid` for two hosts of one name.
 */
export const buildNetwork = (demands: Demands): Network => {
  const { client, proxy, cpuMs } = demands;
  const stations = buildStations(demands);
  const behindProxy: RequestStep[] = [
    { kind: 'delay', name: passing.proxyLink, ms: proxy?.linkMs.value ?? 0 },
    { kind: 'delay', name: passing.entryWakeUps, ms: client.wakeUpMs?.value ?? 0 },
    ...inProcesses(demands, serverStages(demands)),
  ];
  const maxconn = proxy?.maxconn;
  return {
    connections: client.connections,
    stations,
    stages: [
      { kind: 'delay', name: passing.think, ms: client.thinkMs.value },
      { kind: 'delay', name: passing.clientLink, ms: client.linkMs.value },
      ...readCpu(demands, 'client', cpuMs.client?.value ?? 0),
      ...readCpu(demands, 'proxy', cpuMs.proxy?.value ?? 0),
      ...(maxconn === undefined ? behindProxy : [limit(resource.maxconn, maxconn, behindProxy)]),
    ],
  };
};

const limit = (name: string, slots: number, stages: readonly RequestStep[]): RequestStep => ({
  kind: 'limit',
  name,
  slots,
  stages,
});

/** Processes with a queue and a pool of their own. */
const isSplit = ({ routing, processes }: ServerShape): boolean => routing !== 'free' && processes > 1;

const inProcesses = ({ server }: Demands, stages: readonly RequestStep[]): readonly RequestStep[] => {
  const { processes, concurrencyEach = Number.POSITIVE_INFINITY, routing } = server;
  if (isSplit(server)) {
    const choice = routing === 'random' ? 'random' : (server.shares ?? 'even');
    // A process without a connection has nothing to do.
    const copies = server.shares?.length ?? processes;
    return [{ kind: 'limit', name: resource.processes, slots: concurrencyEach, copies, choice, stages }];
  }
  if (concurrencyEach === Number.POSITIVE_INFINITY) return stages;
  return [limit(resource.workers, concurrencyEach * processes, stages)];
};

const serverStages = (demands: Demands): readonly RequestStep[] => {
  const { cpuMs, holdCpuShare } = demands;
  const outsideMs = cpuMs.server.value * (1 - holdCpuShare.value);
  const held = holdStages(demands, cpuMs.server.value * holdCpuShare.value);
  const around = buildHoldLimit(demands);
  return [
    ...serverCpu(demands, outsideMs),
    ...(around === undefined ? held : [limit(around.name, around.slots, held)]),
  ];
};

/** Who gives out the connections that requests hold: the pool, or a pooler that has fewer for whole sessions. */
const buildHoldLimit = ({ server, pool, pooler }: Demands): { name: string; slots: number } | undefined => {
  const sessions = pooler?.pooling === 'session' ? pooler.connections : Number.POSITIVE_INFINITY;
  const own = pool?.connections ?? Number.POSITIVE_INFINITY;
  const all = Math.min(own, sessions);
  if (all === Number.POSITIVE_INFINITY) return undefined;
  const name = own <= sessions ? resource.pool : resource.poolerConnections;
  return { name, slots: isSplit(server) ? Math.max(1, Math.round(all / server.processes)) : all };
};

const holdStages = (demands: Demands, serverCpuMs: number): readonly RequestStep[] => {
  const { database, pooler, cpuMs } = demands;
  const turns = database.roundTrips.value;
  const once = Math.max(1, turns);
  const poolerMs = cpuMs.pooler?.value ?? 0;
  const threadMs = poolerMs * (pooler?.threadShare ?? 0);
  const login = loginBursts(demands, { serverMs: serverCpuMs, threadMs });
  const inDatabase: RequestStep[] = [
    ...readCpu(demands, 'database', (cpuMs.database?.value ?? 0) / once),
    { kind: 'delay', name: passing.databaseWait, ms: database.waitMs.value / once },
  ];
  return [
    { kind: 'delay', name: passing.connect, ms: database.connect?.ms.value ?? 0 },
    ...poolerCpu(demands, { threadMs: login.threadMs, otherMs: 0 }),
    ...serverCpu(demands, login.serverMs),
    ...(database.lockMs ? [{ kind: 'serve', station: resource.lock, ms: database.lockMs.value } as const] : []),
    {
      kind: 'repeat',
      times: once,
      stages: [
        { kind: 'delay', name: passing.databaseLink, ms: (database.linkMs.value * turns) / once },
        { kind: 'delay', name: passing.wakeUps, ms: ((database.wakeUpMs?.value ?? 0) * turns) / once },
        ...poolerCpu(demands, { threadMs: (threadMs - login.threadMs) / once, otherMs: (poolerMs - threadMs) / once }),
        ...(pooler && pooler.pooling !== 'session'
          ? [limit(resource.poolerConnections, pooler.connections, inDatabase)]
          : inDatabase),
        ...serverCpu(demands, (serverCpuMs - login.serverMs) / once),
      ],
    },
  ];
};

/** A login is never all of a part of a request. */
const mostOfLogin = 0.9;

/**
 * CPU of the login in one piece, where each request connects and it was seen: whoever comes to the pooler's thread meanwhile waits
 * for the whole of it.
 */
const loginBursts = ({ database }: Demands, held: { readonly serverMs: number; readonly threadMs: number }) => {
  const login = database.connect?.cpuMs;
  return {
    serverMs: Math.min(login?.server.value ?? 0, mostOfLogin * held.serverMs),
    threadMs: Math.min(login?.pooler.value ?? 0, mostOfLogin * held.threadMs),
  };
};

/** What the pooler's one thread does is a limit of its own where there are more cores than it can use. */
const poolerCpu = (
  demands: Demands,
  { threadMs, otherMs }: { threadMs: number; otherMs: number },
): readonly RequestStep[] => {
  const thread = readCpu(demands, 'pooler', threadMs);
  const other = readCpu(demands, 'pooler', otherMs);
  const isLimit = thread.length > 0 && freeCores(findHost(demands, 'pooler')) > 1;
  return [...other, ...(isLimit ? [limit(resource.poolerThread, 1, thread)] : thread)];
};

/**
 * The server's CPU, with the threads that may use it at once as a limit of their own where the station does not say so. A process
 * with all of the connections has no more threads for that, so processes that each have a queue keep this limit however many
 * there are; those that share one queue lose it where they have a thread for each core.
 */
const serverCpu = (demands: Demands, ms: number): readonly RequestStep[] => {
  const burst = readCpu(demands, 'server', ms);
  const { threadsEach = Number.POSITIVE_INFINITY, processes } = demands.server;
  const threads = isSplit(demands.server) ? threadsEach : threadsEach * processes;
  const isLimit = burst.length > 0 && !isStationOfThreads(demands) && threads < freeCores(findHost(demands, 'server'));
  return isLimit ? [limit(resource.serverThreads, threads, burst)] : burst;
};

/** Whether the server's station has a place for each thread and no more: cores that it has for itself, enough or one queue for all. */
const isStationOfThreads = (demands: Demands): boolean => {
  const host = findHost(demands, 'server');
  if (host !== undefined && host.components.length > 1) return false;
  return !isSplit(demands.server) || hasCoreForEachThread(demands);
};

const hasCoreForEachThread = (demands: Demands): boolean => {
  const { processes, threadsEach = Number.POSITIVE_INFINITY } = demands.server;
  return processes * threadsEach <= freeCores(findHost(demands, 'server'));
};

const readCpu = (demands: Demands, component: Component, ms: number): readonly RequestStep[] =>
  ms > 0 ? [{ kind: 'serve', station: stationName(demands, component), ms }] : [];

const findHost = ({ hosts }: Demands, component: Component): SharedCores | undefined =>
  hosts.find(({ components }) => components.includes(component));

/** A machine is never so full of others that nothing is left: the scheduler gives everybody a turn. */
const leastFree = 0.05;

const freeCores = (host: SharedCores | undefined): number =>
  host === undefined
    ? Number.POSITIVE_INFINITY
    : Math.max(leastFree * host.cores, host.cores - (host.takenCores?.value ?? 0));

/** `server CPU` where a component has its cores for itself, `machine CPU` where several share them. */
const stationName = (demands: Demands, component: Component): string => {
  const host = findHost(demands, component);
  return host === undefined || host.components.length === 1 ? `${component} CPU` : `${host.name} CPU`;
};

const buildStations = (demands: Demands): Readonly<Record<string, Station>> => {
  const components: readonly Component[] = ['client', 'proxy', 'server', 'pooler', 'database'];
  const stations: Record<string, Station> = {};
  const hosts = new Map<string, SharedCores | undefined>();
  for (const component of components) {
    if (demands.cpuMs[component] === undefined) continue;
    const host = findHost(demands, component);
    const isShared = host !== undefined && host.components.length > 1;
    const name = stationName(demands, component);
    if (hosts.has(name) && hosts.get(name) !== host) {
      throw new PitwallError('explain.invalid', `${demands.candidate}: two hosts would both be called ${name}`);
    }
    hosts.set(name, host);
    stations[name] = component === 'server' && !isShared ? serverStation(demands) : { servers: freeCores(host) };
  }
  if (demands.database.lockMs) stations[resource.lock] = { servers: 1 };
  return stations;
};

const serverStation = (demands: Demands): Station => {
  const { processes, threadsEach = Number.POSITIVE_INFINITY } = demands.server;
  const cores = freeCores(findHost(demands, 'server'));
  // With a core for each thread every process has a queue of its own; with fewer cores they share one.
  if (isSplit(demands.server) && hasCoreForEachThread(demands)) {
    return { servers: threadsEach, perCopyOf: resource.processes };
  }
  return { servers: Math.min(cores, processes * threadsEach) };
};
