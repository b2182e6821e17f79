import type { Random } from '../../src/stats/index.ts';

export const causes = [
  'server CPU',
  'pool',
  'proxy maxconn',
  'client connections',
  'database lock',
  'database link',
  'client link',
] as const;
/** What is scarce. The links are what the client's connections wait for, where nothing is full. */
export type Cause = (typeof causes)[number];

/** What stands around the servers of a race, as keys of a plan. */
export interface PlantedPlan {
  readonly connections: number;
  readonly proxy: { readonly maxconn: number };
  readonly pooler: { readonly connections: number };
  readonly links?: Readonly<Record<string, string>>;
}

/** One server of it: milliseconds and round trips per request, and connections of its pool. */
export interface PlantedServer {
  readonly burnMs: number;
  readonly turns: number;
  readonly sleepMs: number;
  readonly lockMs: number;
  readonly pool: number;
}

const between = (random: Random, low: number, high: number): number => low + (high - low) * random.uniform();
const count = (random: Random, low: number, high: number): number => low + random.integer(high - low + 1);
const milliseconds = (ms: number): string => `${ms.toFixed(2)}ms`;

/** Room for all, but for what is planted: that is scarce by a factor of two at least. */
export const plantedPlan = (cause: Cause, random: Random): PlantedPlan => {
  const roomy = { connections: count(random, 16, 24), proxy: { maxconn: 60 }, pooler: { connections: 50 } };
  const few = count(random, 2, 4);
  const some = count(random, 6, 10);
  switch (cause) {
    case 'proxy maxconn':
      return { ...roomy, proxy: { maxconn: few } };
    case 'client connections':
      return { ...roomy, connections: few };
    case 'database link':
      return { ...roomy, connections: some, links: { 'server-database': milliseconds(between(random, 15, 25)) } };
    case 'client link':
      return { ...roomy, connections: some, links: { 'client-proxy': milliseconds(between(random, 60, 100)) } };
    case 'server CPU':
    case 'pool':
    case 'database lock':
      return roomy;
    default:
      return cause satisfies never;
  }
};

/** A server that spends most of its time where the cause is, or asleep in the database. */
export const plantedServer = (cause: Cause, random: Random): PlantedServer => {
  const roomy = { burnMs: 0, turns: count(random, 2, 5), sleepMs: between(random, 3, 6), lockMs: 0, pool: 40 };
  switch (cause) {
    case 'server CPU':
      return { ...roomy, turns: 1, sleepMs: 1, burnMs: between(random, 8, 16) };
    case 'pool':
      return { ...roomy, pool: count(random, 2, 4) };
    case 'database lock':
      return { ...roomy, turns: 2, lockMs: between(random, 8, 16) };
    case 'database link':
      return { ...roomy, turns: count(random, 4, 6), sleepMs: 0.2 };
    case 'client link':
      return { ...roomy, turns: 1 };
    case 'proxy maxconn':
    case 'client connections':
      return roomy;
    default:
      return cause satisfies never;
  }
};
