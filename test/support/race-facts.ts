import type { RaceFacts } from '../../src/explain/index.ts';

type Candidate = RaceFacts['candidates'][number];
type Round = Candidate['rounds'][number];

/** One second of a round whose components took 4.8 CPU milliseconds a request, at a round trip to the database. */
export const roundOf = (requestsPerSecond: number, rttMs: number): Round => ({
  outcome: 'measured',
  requestsPerSecond,
  elapsedSeconds: 1,
  ok: requestsPerSecond,
  latencyMs: { mean: 50_000 / requestsPerSecond },
  components: [
    { name: 'load', cpuSeconds: 0.0002 * requestsPerSecond },
    { name: 'proxy', cpuSeconds: 0.0002 * requestsPerSecond },
    { name: 'candidate', cpuSeconds: 0.0014 * requestsPerSecond },
    { name: 'pooler', cpuSeconds: 0.001 * requestsPerSecond },
    { name: 'database', cpuSeconds: 0.002 * requestsPerSecond },
  ],
  ledger: { perRequest: 19 },
  ...(rttMs === 0 ? {} : { links: { 'server-database': { rttMs: { p50: rttMs, mean: rttMs } } } }),
  telemetry: { machine: { busyRatio: 0.3, otherRatio: 0 } },
});

/** A server that prepares nine statements anew for each request, tests its connection, and closes what it prepared. */
export const axumOfRace = (change: Partial<Candidate> = {}, round: Round = roundOf(240, 3.8)): Candidate => ({
  name: 'axum',
  candidate: 'axum',
  language: 'rust',
  settings: { workers: 1, pool: 20 },
  versions: { axum: '0.8.9', 'tokio-postgres': '0.7.18', bb8: '0.9.1' },
  point: {},
  calibration: {
    roundTrips: 20,
    readyForQuery: 28,
    statements: 10,
    prepares: 9,
    connects: 0,
    connectRoundTrips: { tcp: 0, tls: 0, auth: 0 },
    serverMs: 5,
    streamMs: 0.5,
    underLoad: { roundTrips: 19.2 },
    statementTexts: [
      { text: '', prepares: 0, executes: 1 },
      ...Array.from({ length: 9 }, (_, index) => ({ text: `select part_${index}`, prepares: 1, executes: 1 })),
    ],
    waterfall: [
      { up: 'Q' },
      ...Array.from({ length: 9 }, () => [{ up: 'PDS' }, { up: 'BES' }]).flat(),
      { up: 'CSCSCS' },
    ],
  },
  rounds: [round, round, round],
  ...change,
});

export const raceFactsOf = (...candidates: Candidate[]): RaceFacts => ({
  plan: { connections: 50, proxy: { maxconn: 25 }, pooler: { connections: 25 } },
  environment: { cores: 4 },
  candidates,
});
