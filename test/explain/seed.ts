import { between, type Demands, exactly, type SharedCores } from '../../src/explain/index.ts';

/*
 * The seed's race as inputs of the model. From its article: 50 connections, a link of 25 to 42 ms (oha's
 * "DNS+dialup", one TCP handshake, fastest to slowest), maxconn 25, the servers' shapes and 2 vCPUs each, and
 * CPU % from its psrecord logs (mean of the minute under load, over the measured rate). From our count of the
 * drivers' round trips: 20, 10 and 16 a request. One effective round trip of its network, database time
 * included, is one number for all three: 3.7 ms.
 */
const roundTripMs = between(3.6, 3.7, 3.8);
const clientLinkMs = between(25, 30, 42);

const hosts: readonly SharedCores[] = [
  { name: 'proxy machine', cores: 2, components: ['proxy'] },
  { name: 'server machine', cores: 2, components: ['server'] },
  { name: 'database machine', cores: 2, components: ['database'] },
];

const common = {
  client: { connections: 50, thinkMs: exactly(0), linkMs: clientLinkMs },
  // Same city, another machine: the article does not say; half a millisecond is usual.
  proxy: { maxconn: 25, linkMs: between(0.2, 0.5, 1) },
  hosts,
  unseen: [{ what: 'CPU of the proxy and of the database', why: 'the article records the server only' }],
} as const;

/** 37.9 % of a core at 267/s. */
export const axum: Demands = {
  ...common,
  candidate: 'axum',
  server: { processes: 1, routing: 'free' },
  pool: { connections: 20 },
  database: { linkMs: roundTripMs, roundTrips: exactly(20), waitMs: exactly(0) },
  cpuMs: { server: between(1.3, 1.42, 1.5) },
  holdCpuShare: between(0.5, 0.8, 1),
};

/** 136 % at 495/s; asyncpg's default pool is 10 a process. */
export const starlette: Demands = {
  ...common,
  candidate: 'starlette',
  server: { processes: 2, threadsEach: 1, routing: 'sticky' },
  pool: { connections: 20 },
  database: { linkMs: roundTripMs, roundTrips: exactly(10), waitMs: exactly(0) },
  cpuMs: { server: between(2.6, 2.75, 2.9) },
  holdCpuShare: between(0.4, 0.6, 0.8),
};

/** 37 % at 58/s; a new connection with TLS and SCRAM each request. */
export const django: Demands = {
  ...common,
  candidate: 'django',
  server: { processes: 5, threadsEach: 1, concurrencyEach: 1, routing: 'free' },
  database: {
    linkMs: roundTripMs,
    roundTrips: exactly(16),
    waitMs: exactly(0),
    connect: { roundTrips: exactly(7), ms: between(8, 15, 22) },
  },
  cpuMs: { server: between(6, 6.35, 6.7) },
  holdCpuShare: exactly(1),
};
