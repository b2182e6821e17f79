import { formatWholePercent } from '../../base/index.ts';
import { passing, resource } from '../model/build-network.ts';
import { findInside, partsMs } from '../model/level.ts';
import type { Network, RequestStep } from '../model/network.ts';
import type { ResourceUse } from './resource-use.ts';

/** What the slots of each limit are called in a sentence. */
const nouns: Readonly<Record<string, string>> = {
  [resource.connections]: 'client connections',
  [resource.maxconn]: 'slots of the proxy (maxconn)',
  [resource.workers]: 'workers',
  [resource.processes]: 'places in the processes',
  [resource.pool]: 'pool connections',
  [resource.poolerConnections]: 'server connections of the pooler',
  [resource.serverThreads]: 'server threads',
};

/**
 * One sentence that gives the numbers which make the finding true: how many there are, how long a request
 * keeps one and with what, how much that allows, and what stays idle meanwhile.
 */
export const describeEvidence = (network: Network, use: ResourceUse, uses: readonly ResourceUse[]): string => {
  const per = `${number(use.capacity)} / ${duration(use.holdMs)} = ${number((use.capacity * 1_000) / use.holdMs)} requests/s`;
  if (use.kind === 'station') {
    const served =
      use.resource === resource.lock
        ? `is in it for ${duration(use.holdMs)} and one gets in at a time`
        : `needs ${duration(use.holdMs)} of it and there ${number(use.capacity) === '1' ? 'is 1 core' : `are ${number(use.capacity)} cores`}`;
    return `${capital(use.resource)} binds: each request ${served}, so at most ${per}; it is ${formatWholePercent(use.utilisation)} in use${queue(use)}.`;
  }
  const inside = use.kind === 'connections' ? network.stages : findInside(network.stages, use.resource);
  const made = anatomy(network, inside, use.holdMs);
  if (use.kind === 'connections') {
    return `Nothing is saturated${highest(uses)}: ${number(use.capacity)} client connections each take ${duration(use.holdMs)} a turn (${made}), which is ${number((use.capacity * 1_000) / use.holdMs)} requests/s.`;
  }
  if (use.resource === resource.poolerThread) {
    return `The pooler’s only thread binds: each request keeps it for ${duration(use.holdMs)} (${made}), so at most ${per}; it is ${formatWholePercent(use.utilisation)} in use${queue(use, 'it')}${idle(uses)}.`;
  }
  return `${capital(nouns[use.resource] ?? use.resource)} bind: each of the ${number(use.capacity)} is kept for ${duration(use.holdMs)} per request (${made}), so at most ${per}; ${formatWholePercent(use.utilisation)} of them are in use${queue(use)}${idle(uses)}.`;
};

/** What a hold consists of, the longest first: `20 round trips x 3.7 ms = 74 ms, server CPU 0.9 ms, waiting 1.2 ms`. */
const anatomy = (network: Network, stages: readonly RequestStep[], holdMs: number): string => {
  const parts = [...partsMs(stages)].filter(([, ms]) => ms >= 0.005 * holdMs).sort(([, a], [, b]) => b - a);
  const known = [...partsMs(stages).values()].reduce((sum, ms) => sum + ms, 0);
  const turns = countTurns(network.stages);
  const texts = parts.map(([name, ms]) =>
    name === passing.databaseLink && turns > 0
      ? `${number(turns)} round trip${number(turns) === '1' ? '' : 's'} x ${duration(ms / turns)} = ${duration(ms)}`
      : `${name} ${duration(ms)}`,
  );
  const waitedMs = holdMs - known;
  return [...texts, ...(waitedMs >= 0.005 * holdMs ? [`waiting ${duration(waitedMs)}`] : [])].join(', ');
};

/** How often a request repeats the stages that hold the database link. */
const countTurns = (stages: readonly RequestStep[]): number => {
  for (const stage of stages) {
    if (
      stage.kind === 'repeat' &&
      stage.stages.some((inner) => inner.kind === 'delay' && inner.name === passing.databaseLink)
    ) {
      return stage.times;
    }
    if (stage.kind === 'limit' || stage.kind === 'repeat') {
      const inner = countTurns(stage.stages);
      if (inner > 0) return inner;
    }
  }
  return 0;
};

const queue = ({ waiting }: ResourceUse, what = 'one'): string =>
  waiting >= 0.5 ? ` and ${waiting.toFixed(waiting < 10 ? 1 : 0)} requests wait for ${what}` : '';

const idle = (uses: readonly ResourceUse[]): string => {
  const stations = uses.filter(({ kind }) => kind === 'station');
  const busiest = stations.reduce<ResourceUse | undefined>(
    (most, use) => (most === undefined || use.utilisation > most.utilisation ? use : most),
    undefined,
  );
  return busiest === undefined
    ? ''
    : `, while the busiest CPU (${busiest.resource}) is ${formatWholePercent(busiest.utilisation)} in use`;
};

const highest = (uses: readonly ResourceUse[]): string => {
  const others = uses.filter(({ kind }) => kind !== 'connections').sort((a, b) => b.utilisation - a.utilisation);
  return others[0] === undefined
    ? ''
    : ` (the fullest is ${others[0].resource}, ${formatWholePercent(others[0].utilisation)})`;
};

const duration = (ms: number): string => `${number(ms)} ms`;
const number = (value: number): string =>
  Number.isInteger(value) ? String(value) : value >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(3)));
const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
