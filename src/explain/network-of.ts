import type { Component, Demands, Host, ServerShape } from './demands.ts';
import type { Network, Stage, Station } from './network.ts';

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
  entryHops: 'hops to the server',
  hops: 'hops to the database',
  connect: 'connection set-up',
} as const;

/**
 * The model of a candidate, from the outside in: connections > link > proxy maxconn > workers > pool > round
 * trips, with the CPU of each component where it is spent. Time at the database and the server's CPU inside
 * the hold are cut into as many bursts as there are round trips.
 */
export const networkOf = (demands: Demands): Network => {
  const { client, proxy, cpuMs } = demands;
  const stations = stationsOf(demands);
  const behindProxy: Stage[] = [
    { kind: 'delay', name: passing.proxyLink, ms: proxy?.linkMs.value ?? 0 },
    { kind: 'delay', name: passing.entryHops, ms: client.hopMs?.value ?? 0 },
    ...inProcesses(demands, serverStages(demands)),
  ];
  const maxconn = proxy?.maxconn;
  return {
    connections: client.connections,
    stations,
    stages: [
      { kind: 'delay', name: passing.think, ms: client.thinkMs.value },
      { kind: 'delay', name: passing.clientLink, ms: client.linkMs.value },
      ...cpuOf(demands, 'client', cpuMs.client?.value ?? 0),
      ...cpuOf(demands, 'proxy', cpuMs.proxy?.value ?? 0),
      ...(maxconn === undefined ? behindProxy : [limit(resource.maxconn, maxconn, behindProxy)]),
    ],
  };
};

const limit = (name: string, slots: number, stages: readonly Stage[]): Stage => ({
  kind: 'limit',
  name,
  slots,
  stages,
});

/** Processes with a queue and a pool of their own. */
const isSplit = ({ routing, processes }: ServerShape): boolean => routing !== 'free' && processes > 1;

const inProcesses = ({ server }: Demands, stages: readonly Stage[]): readonly Stage[] => {
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

const serverStages = (demands: Demands): readonly Stage[] => {
  const { cpuMs, holdCpuShare } = demands;
  const outsideMs = cpuMs.server.value * (1 - holdCpuShare.value);
  const held = holdStages(demands, cpuMs.server.value * holdCpuShare.value);
  const around = limitOfHold(demands);
  return [
    ...serverCpu(demands, outsideMs),
    ...(around === undefined ? held : [limit(around.name, around.slots, held)]),
  ];
};

/** Who gives out the connections that requests hold: the pool, or a pooler that has fewer for whole sessions. */
const limitOfHold = ({ server, pool, pooler }: Demands): { name: string; slots: number } | undefined => {
  const sessions = pooler?.pooling === 'session' ? pooler.connections : Number.POSITIVE_INFINITY;
  const own = pool?.connections ?? Number.POSITIVE_INFINITY;
  const all = Math.min(own, sessions);
  if (all === Number.POSITIVE_INFINITY) return undefined;
  const name = own <= sessions ? resource.pool : resource.poolerConnections;
  return { name, slots: isSplit(server) ? Math.max(1, Math.round(all / server.processes)) : all };
};

const holdStages = (demands: Demands, serverCpuMs: number): readonly Stage[] => {
  const { database, pooler, cpuMs } = demands;
  const turns = database.turnarounds.value;
  const once = Math.max(1, turns);
  const poolerMs = cpuMs.pooler?.value ?? 0;
  const threadMs = poolerMs * (pooler?.threadShare ?? 0);
  const login = loginBursts(demands, { serverMs: serverCpuMs, threadMs });
  const inDatabase: Stage[] = [
    ...cpuOf(demands, 'database', (cpuMs.database?.value ?? 0) / once),
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
        { kind: 'delay', name: passing.hops, ms: ((database.hopMs?.value ?? 0) * turns) / once },
        ...poolerCpu(demands, { threadMs: (threadMs - login.threadMs) / once, otherMs: (poolerMs - threadMs) / once }),
        ...(pooler && pooler.pooling !== 'session'
          ? [limit(resource.poolerConnections, pooler.connections, inDatabase)]
          : inDatabase),
        ...serverCpu(demands, (serverCpuMs - login.serverMs) / once),
      ],
    },
  ];
};

/** Of a part of a request, a login is never all. */
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
): readonly Stage[] => {
  const thread = cpuOf(demands, 'pooler', threadMs);
  const other = cpuOf(demands, 'pooler', otherMs);
  const isLimit = thread.length > 0 && freeCores(hostOf(demands, 'pooler')) > 1;
  return [...other, ...(isLimit ? [limit(resource.poolerThread, 1, thread)] : thread)];
};

/** The server's CPU: on shared cores its threads are a limit of their own, unless there are as many as cores. */
const serverCpu = (demands: Demands, ms: number): readonly Stage[] => {
  const burst = cpuOf(demands, 'server', ms);
  const host = hostOf(demands, 'server');
  const { threadsEach = Number.POSITIVE_INFINITY, processes } = demands.server;
  const isOwnStation = host === undefined || host.components.length === 1;
  if (burst.length === 0 || isOwnStation || threadsEach * processes >= freeCores(host)) return burst;
  return [limit(resource.serverThreads, isSplit(demands.server) ? threadsEach : threadsEach * processes, burst)];
};

const cpuOf = (demands: Demands, component: Component, ms: number): readonly Stage[] =>
  ms > 0 ? [{ kind: 'serve', station: stationName(demands, component), ms }] : [];

const hostOf = ({ hosts }: Demands, component: Component): Host | undefined =>
  hosts.find(({ components }) => components.includes(component));

/** A machine is never so full of others that nothing is left: the scheduler gives everybody a turn. */
const leastFree = 0.05;

const freeCores = (host: Host | undefined): number =>
  host === undefined
    ? Number.POSITIVE_INFINITY
    : Math.max(leastFree * host.cores, host.cores - (host.takenCores?.value ?? 0));

/** `server CPU` where a component has its cores for itself, `machine CPU` where several share them. */
const stationName = (demands: Demands, component: Component): string => {
  const host = hostOf(demands, component);
  return host === undefined || host.components.length === 1 ? `${component} CPU` : `${host.name} CPU`;
};

const stationsOf = (demands: Demands): Readonly<Record<string, Station>> => {
  const components: readonly Component[] = ['client', 'proxy', 'server', 'pooler', 'database'];
  const stations: Record<string, Station> = {};
  for (const component of components) {
    if (demands.cpuMs[component] === undefined) continue;
    const host = hostOf(demands, component);
    const isShared = host !== undefined && host.components.length > 1;
    stations[stationName(demands, component)] =
      component === 'server' && !isShared ? serverStation(demands) : { servers: freeCores(host) };
  }
  if (demands.database.lockMs) stations[resource.lock] = { servers: 1 };
  return stations;
};

const serverStation = (demands: Demands): Station => {
  const { processes, threadsEach = Number.POSITIVE_INFINITY } = demands.server;
  const cores = freeCores(hostOf(demands, 'server'));
  // With a core for each thread every process has a queue of its own; with fewer cores they share one.
  if (isSplit(demands.server) && processes * threadsEach <= cores) {
    return { servers: threadsEach, perCopyOf: resource.processes };
  }
  return { servers: Math.min(cores, processes * threadsEach) };
};
