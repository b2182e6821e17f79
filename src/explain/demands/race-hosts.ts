import type { Component, Demands, SharedCores } from './demands.ts';
import type { Estimate } from './estimate.ts';
import type { ConditionsOfRace, RoundOfRace } from './race-facts.ts';

/** Components of a race by the component of the model that their CPU counts with: a relay's with its neighbour's. */
export const componentParts: Readonly<Record<Component, readonly string[]>> = {
  client: ['load'],
  proxy: ['proxy', 'client-link', 'server-link'],
  server: ['candidate'],
  pooler: ['pooler', 'tap', 'database-link'],
  database: ['database'],
};

/** The part that a component is named after, whose placement is that of the whole. */
const mainPart: Readonly<Record<Component, string>> = {
  client: 'load',
  proxy: 'proxy',
  server: 'candidate',
  pooler: 'pooler',
  database: 'database',
};

const components = Object.keys(componentParts) as readonly Component[];

/**
 * Which components share which cores: all of the machine's, but for those that the plan pinned. Components whose
 * processors overlap share all that any of them may use.
 *
 * @param taken Share of the machine, 0 to 1, that others used; on pinned cores it counts in proportion.
 */
export const listHosts = (
  plan: ConditionsOfRace,
  cores: number,
  taken: Estimate | undefined,
): readonly SharedCores[] => {
  let groups: readonly { readonly components: readonly Component[]; readonly cpus: ReadonlySet<number> }[] = [];
  for (const component of components) {
    const cpus = listCpus(plan.placements?.[mainPart[component]]?.cpus, cores);
    const touching = groups.filter((group) => [...group.cpus].some((cpu) => cpus.has(cpu)));
    const merged = {
      components: [...touching.flatMap((group) => group.components), component],
      cpus: new Set([...touching.flatMap((group) => [...group.cpus]), ...cpus]),
    };
    groups = [...groups.filter((group) => !touching.includes(group)), merged];
  }
  return groups.map(({ components: together, cpus }) => ({
    name: together.length === components.length ? 'machine' : together.join(' and '),
    cores: cpus.size,
    components: together,
    ...(taken === undefined ? {} : { takenCores: scaled(taken, cpus.size) }),
  }));
};

/** `0,2-3` as taskset takes it (`0-6:2` takes every second); all of the machine where it says nothing. */
const listCpus = (list: string | undefined, cores: number): ReadonlySet<number> => {
  const cpus = new Set<number>();
  for (const part of list?.split(',') ?? []) {
    const match = /^\s*(\d+)(?:-(\d+)(?::(\d+))?)?\s*$/.exec(part);
    if (match === null) continue;
    const last = Math.min(Number(match[2] ?? match[1]), Number(match[1]) + 4_096);
    for (let cpu = Number(match[1]); cpu <= last; cpu += Math.max(1, Number(match[3] ?? 1))) cpus.add(cpu);
  }
  return cpus.size > 0 ? cpus : new Set(Array.from({ length: cores }, (_, cpu) => cpu));
};

/**
 * Share of the machine that went to others in a round: what the race itself found, or else what was busy less what
 * the race's own components used; time that a hypervisor gave away counts too. Undefined where nobody looked.
 */
export const takenRatio = (round: RoundOfRace, cores: number): number | undefined => {
  const { busyRatio, otherRatio, stealRatio = 0 } = round.telemetry?.machine ?? {};
  if (otherRatio !== undefined) return otherRatio + stealRatio;
  if (busyRatio === undefined || round.elapsedSeconds === undefined) return undefined;
  const own = (round.components ?? []).reduce((sum, { cpuSeconds = 0 }) => sum + cpuSeconds, 0);
  return Math.max(0, busyRatio - own / (cores * round.elapsedSeconds));
};

/** What follows from how the race was placed and who else was there, for a reader. */
export const listUnseenHosts = (hosts: readonly SharedCores[], plan: ConditionsOfRace): Demands['unseen'] => {
  const taken = hosts.reduce((sum, { takenCores }) => sum + (takenCores?.value ?? 0), 0);
  const all = hosts.reduce((sum, { cores }) => sum + cores, 0);
  const isPinned = Object.values(plan.placements ?? {}).some(({ cpus }) => cpus !== undefined);
  const isKnown = hosts.every(({ takenCores }) => takenCores !== undefined);
  return [
    ...(isKnown
      ? []
      : [{ what: 'what else used the machine', why: 'no round recorded it; all its cores count as free' }]),
    ...(taken >= 0.05 * all
      ? [
          {
            what: 'what others on the machine would have left',
            why: `they used ${taken.toPrecision(2)} of its ${all} cores, which count as not to be had${isPinned ? ', in proportion on pinned cores' : ''}`,
          },
        ]
      : []),
  ];
};

const scaled = ({ value, low, high }: Estimate, factor: number): Estimate => ({
  value: value * factor,
  low: low * factor,
  high: high * factor,
});
