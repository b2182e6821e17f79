import { between, type Demands, exactly, type ServerShape, type SharedCores } from '../../src/explain/index.ts';
import type { Random } from '../../src/stats/index.ts';

const pick = <T>(random: Random, items: readonly T[]): T => items[random.integer(items.length)]!;
const span = (random: Random, low: number, high: number): number => low * (high / low) ** random.uniform();

/** A candidate such as a race could meet: any kind of server, on one machine or on several. */
export const randomDemands = (random: Random): Demands => {
  const serverMs = span(random, 0.2, 8);
  const cores = pick(random, [2, 4, 8]);
  const processes = pick(random, [1, 2, 4, 5]);
  const shapes: readonly ServerShape[] = [
    { processes: 1, routing: 'free' },
    { processes, threadsEach: 1, routing: 'sticky' },
    { processes: 5, threadsEach: 1, concurrencyEach: 1, routing: 'free' },
  ];
  const server = pick(random, shapes);
  const oneMachine: readonly SharedCores[] = [
    { name: 'machine', cores, components: ['client', 'proxy', 'server', 'pooler', 'database'] },
  ];
  const several: readonly SharedCores[] = [
    { name: 'proxy machine', cores: 2, components: ['proxy'] },
    { name: 'server machine', cores, components: ['server'] },
    { name: 'database machine', cores: 2, components: ['database'] },
  ];
  const linkMs = exactly(span(random, 0.1, 8));
  return {
    candidate: 'random',
    client: {
      connections: pick(random, [5, 10, 20, 50, 100]),
      thinkMs: exactly(0),
      linkMs: exactly(span(random, 0.1, 40)),
    },
    ...(random.uniform() < 0.6 ? { proxy: { maxconn: pick(random, [10, 25, 50]), linkMs: exactly(0.2) } } : {}),
    server,
    ...(server.concurrencyEach === undefined
      ? { pool: { connections: pick(random, [4, 10, 20]) * server.processes } }
      : {}),
    database: { linkMs, roundTrips: exactly(1 + random.integer(20)), waitMs: exactly(span(random, 0.05, 3)) },
    cpuMs: {
      client: exactly(span(random, 0.05, 0.3)),
      proxy: exactly(span(random, 0.05, 0.3)),
      server: between(0.95 * serverMs, serverMs, 1.05 * serverMs),
      database: exactly(span(random, 0.2, 4)),
    },
    holdCpuShare: exactly(0.3 + 0.7 * random.uniform()),
    hosts: random.uniform() < 0.5 ? oneMachine : several,
    unseen: [],
  };
};
