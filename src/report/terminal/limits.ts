import { formatNumber, formatWholePercent } from '../../base/index.ts';
import { type Component, passing, resource, splitCpu } from '../../explain/index.ts';
import type { ModelView } from '../view/race-view.ts';

/** What limits a candidate's rate, in half a sentence with the numbers that make it true. */
export const limitText = ({ demands, explanation }: Pick<ModelView, 'demands' | 'explanation'>): string => {
  const { prediction, measured, kind } = explanation;
  if (kind === 'cant-tell') return 'not known: its rounds differ too much to hold the model against them';
  if (kind === 'unexplained') {
    const [model, seen] = [prediction.requestsPerSecond.value, measured.requestsPerSecond.value].map(formatNumber);
    return `not known: the model gives ${model} requests/s, measured were ${seen}`;
  }
  const { bottleneck } = prediction;
  if (bottleneck.kind === 'cant-tell') return `${bottleneck.resources.map(findName).join(' or ')}, too close to tell`;
  const use = prediction.uses.find(({ resource: name }) => name === bottleneck.resource)!;
  if (use.kind === 'station' && bottleneck.resource !== resource.lock) return cpuText(demands, use);
  const slots = (readSlots[bottleneck.resource] ?? ((count) => `${count} ${bottleneck.resource}`))(
    formatNumber(use.capacity),
  );
  return `${slots} ${formatNumber(use.holdMs)} ms per request${spentOn(demands, bottleneck.dominant, use.holdMs)}`;
};

/** To be followed by a time per request. */
const readSlots: Readonly<Record<string, (count: string) => string>> = {
  [resource.connections]: (count) => `nothing is full: ${count} client connections wait`,
  [resource.maxconn]: (count) => `the proxy lets ${count} requests in at a time (maxconn), each for`,
  [resource.workers]: (count) => `${count} workers with one request at a time, each busy for`,
  [resource.processes]: (count) => `${count} places in each process, each taken for`,
  [resource.pool]: (count) => `${count} database connections, each held for`,
  [resource.poolerConnections]: (count) => `${count} connections of the pooler, each held for`,
  [resource.serverThreads]: (count) => `${count} server threads, each busy for`,
  [resource.poolerThread]: () => 'the only thread of the pooler, busy for',
  [resource.lock]: () => 'a lock in the database that lets one request in at a time, for',
};

type Demands = ModelView['demands'];

const spentOn = ({ database }: Demands, dominant: string, holdMs: number): string => {
  const { linkMs, roundTrips } = database;
  if (dominant !== passing.databaseLink) return `, most of it ${findName(dominant)}`;
  const linkedMs = linkMs.value * roundTrips.value;
  const trips = `${formatNumber(roundTrips.value)} round ${roundTrips.value === 1 ? 'trip' : 'trips'} of ${formatNumber(linkMs.value)} ms`;
  return linkedMs >= 0.95 * holdMs ? ` (${trips})` : `, ${formatNumber(linkedMs)} ms of it ${trips}`;
};

/** How many components of a full CPU are worth naming. */
const partsShown = 2;
/** Other processes are worth a clause from this share of the machine on. */
const notable = 0.05;

const cpuText = (demands: Demands, use: { readonly resource: string; readonly utilisation: number }): string => {
  const parts = splitCpu(demands, use.resource);
  const allMs = parts.reduce((sum, { cpuMs }) => sum + cpuMs, 0);
  const shares = parts
    .slice(0, partsShown)
    .map(({ component, cpuMs }) => `${componentNames[component]} ${formatWholePercent(cpuMs / allMs)}`);
  const taken = demands.hosts.reduce((sum, { takenCores }) => sum + (takenCores?.value ?? 0), 0);
  const cores = demands.hosts.reduce((sum, host) => sum + host.cores, 0);
  const others = taken >= notable * cores ? `; other programs used ${formatNumber(taken)} of ${cores} cores` : '';
  const most = shares.length < 2 ? '' : ` (${shares.join(', ')})`;
  return `${findName(use.resource)} is full: ${formatNumber(allMs)} ms per request in all${most}${others}`;
};

/** The relays of a link or tap run beside the pooler, and count with it. */
const componentNames: Readonly<Record<Component, string>> = {
  client: 'load generator',
  proxy: 'proxy',
  server: 'server',
  pooler: 'pooler and link',
  database: 'database',
};

const names: Readonly<Record<string, string>> = {
  [resource.connections]: 'the number of client connections',
  [resource.maxconn]: 'the proxy’s maxconn',
  [resource.pool]: 'database connections',
  [resource.poolerConnections]: 'the pooler’s connections',
  [resource.poolerThread]: 'the pooler’s only thread',
  [resource.lock]: 'a lock in the database',
  [passing.databaseLink]: 'the distance to the database',
  [passing.databaseWait]: 'waiting within the database',
  [passing.wakeUps]: 'wake-ups on the way to the database',
  [passing.entryWakeUps]: 'wake-ups on the way to the server',
  'machine CPU': 'the machine’s CPU',
  'server CPU': 'the server’s CPU',
  'database CPU': 'the database’s CPU',
  'proxy CPU': 'the proxy’s CPU',
  'pooler CPU': 'the pooler’s CPU',
  'client CPU': 'the load generator’s CPU',
  waiting: 'waiting for its turn',
};

const findName = (name: string): string => names[name] ?? name;
