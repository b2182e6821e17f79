import { expect, test } from 'vitest';
import { buildNetwork, exactly, explain, type RaceFacts, readDemands, simulate } from '../../../src/explain/index.ts';
import type { RaceResult } from '../../../src/result/index.ts';
import { createRandom } from '../../../src/stats/index.ts';

type Candidate = RaceFacts['candidates'][number];
type Round = Candidate['rounds'][number];

test('a stored race has all that is read', () => {
  const facts = (race: RaceResult): RaceFacts => race;
  expect(facts).toBeTypeOf('function');
});

/** One second of a round whose components took these CPU milliseconds a request. */
const roundAt = (requestsPerSecond: number, meanMs: number): Round => ({
  outcome: 'measured',
  requestsPerSecond,
  ok: Math.round(requestsPerSecond),
  latencyMs: { mean: meanMs },
  components: [
    { name: 'load', cpuSeconds: 0.0001 * requestsPerSecond },
    { name: 'client-link', cpuSeconds: 0.0001 * requestsPerSecond },
    { name: 'proxy', cpuSeconds: 0.0002 * requestsPerSecond },
    { name: 'candidate', cpuSeconds: 0.0014 * requestsPerSecond },
    { name: 'tap', cpuSeconds: 0.0005 * requestsPerSecond },
    { name: 'pooler', cpuSeconds: 0.0005 * requestsPerSecond },
    { name: 'database', cpuSeconds: 0.002 * requestsPerSecond },
  ],
  ledger: { perRequest: 19 },
  links: {
    'client-proxy': { rttMs: { p50: 30.5, mean: 30.8 } },
    'server-database': { rttMs: { p50: 3.7, mean: 3.8 } },
  },
  telemetry: { machine: { busyRatio: 0.3, otherRatio: 0 } },
});

const candidate = (rounds: readonly Round[], change: Partial<Candidate> = {}): Candidate => ({
  name: 'axum',
  language: 'rust',
  settings: { workers: 1, pool: 20 },
  calibration: {
    roundTrips: 20,
    connectRoundTrips: { tcp: 0, tls: 0, auth: 0 },
    serverMs: 5,
    streamMs: 0.5,
    underLoad: { roundTrips: 19.2 },
  },
  rounds,
  ...change,
});

const raceOf = (...candidates: Candidate[]): RaceFacts => ({
  plan: { connections: 50, proxy: { maxconn: 25 }, pooler: { connections: 25 } },
  environment: { cores: 4 },
  candidates,
});

const demandsIn = (race: RaceFacts, name = 'axum') => {
  const read = readDemands(race, name);
  if (read.kind === 'missing') throw new Error(read.why);
  return read;
};

test('round trips, CPU, links and limits are read from where a race keeps them', () => {
  const { demands, measured } = demandsIn(raceOf(candidate([roundAt(240, 208), roundAt(250, 200), roundAt(260, 192)])));
  expect(measured.requestsPerSecond.value).toBeCloseTo(Math.cbrt(240 * 250 * 260), 9);
  expect(measured.requestsPerSecond.low).toBeLessThan(240);
  expect(demands).toMatchObject({
    client: { connections: 50, linkMs: { value: expect.closeTo(30.8, 9) as number } },
    proxy: { maxconn: 25 },
    server: { processes: 1, routing: 'free' },
    pool: { connections: 20 },
    pooler: { connections: 25, pooling: 'session' },
    hosts: [{ cores: 4 }],
  });
  expect(demands.database.roundTrips).toEqual({ low: 19, value: 19, high: 20 });
  expect(demands.database.linkMs.value).toBeCloseTo(3.8, 9);
  // 5.5 ms at the database and the pooler, of which 2 + 0.5 are their CPU.
  expect(demands.database.waitMs.value).toBeCloseTo(3, 9);
  expect(demands.cpuMs.server.value).toBeCloseTo(1.4, 9);
  expect(demands.cpuMs.proxy!.value).toBeCloseTo(0.3, 9);
  expect(demands.cpuMs.pooler!.value).toBeCloseTo(1, 9);
});

test('a race that the simulation played is explained from its record, and its bottleneck named', () => {
  const { demands } = demandsIn(raceOf(candidate([roundAt(200, 250)])));
  const played = [1, 2, 3].map((seed) => {
    const { requestsPerSecond, cycleMs } = simulate(buildNetwork(demands), {
      random: createRandom(seed),
      requests: 3_000,
    });
    return roundAt(requestsPerSecond.value, cycleMs);
  });
  const read = demandsIn(raceOf(candidate(played)));
  const explanation = explain(read.demands, read.measured);
  expect(explanation.kind).toBe('explained');
  expect(Math.abs(explanation.rateError)).toBeLessThan(0.05);
  expect(explanation.prediction.bottleneck).toMatchObject({
    kind: 'binds',
    resource: 'pool',
    dominant: 'database link',
  });
  expect(explanation.prediction.unseen.map(({ what }) => what)).toEqual([
    'share of the server’s CPU while it holds a connection',
    'CPU and waits that fewer round trips would save',
    'how much shorter the database’s wait and the wake-up latency are under load',
  ]);
});

test('the shape of a server follows from its language and its settings', () => {
  const readShape = (change: Partial<Candidate>) => demandsIn(raceOf(candidate([roundAt(100, 500)], change))).demands;
  expect(readShape({ language: 'python', settings: { workers: 5, threads: 2 } })).toMatchObject({
    server: { processes: 5, threadsEach: 1, concurrencyEach: 2, routing: 'free' },
  });
  expect(readShape({ language: 'python', settings: { workers: 5, threads: 2 } }).pool).toBeUndefined();
  expect(readShape({ language: 'javascript', settings: { workers: 2, pool: 10 } })).toMatchObject({
    server: { processes: 2, threadsEach: 1, routing: 'sticky' },
    pool: { connections: 20 },
  });
});

test('how connections fell to processes is read from the rounds, the fullest first, whichever it was', () => {
  const spreadAs = (connectionsByProcess: readonly number[]): Round => {
    const round = roundAt(100, 500);
    return { ...round, telemetry: { ...round.telemetry, server: { connectionsByProcess } } };
  };
  const readShares = (rounds: readonly Round[], workers = 2, language = 'python') => {
    const settings = { workers, pool: 10 };
    const { shares } = demandsIn(raceOf(candidate(rounds, { language, settings }))).demands.server;
    return shares?.map((share) => Number(share.toFixed(9)));
  };
  expect(readShares([spreadAs([15, 10]), spreadAs([20, 5])])).toEqual([0.7, 0.3]);
  expect(readShares([spreadAs([10])])).toEqual([1]);
  expect(readShares([spreadAs([10]), spreadAs([6, 4])])).toEqual([0.8, 0.2]);
  // A process that was started anew in the middle of a round is one too many.
  expect(readShares([spreadAs([12, 12, 1])])).toEqual([0.5, 0.5]);
  expect(readShares([roundAt(100, 500)])).toBeUndefined();
  expect(readShares([spreadAs([25])], 1, 'rust')).toBeUndefined();
});

test('what an unloaded request takes besides is told apart by the span in which the database was asked', () => {
  const latencyMs = 120;
  const rounds = [roundAt(250, 200)];
  const calibration = candidate(rounds).calibration!;
  const spanned = (spanMs: number, holdMs?: number): Candidate['calibration'] => ({
    ...calibration,
    latencyMs,
    ...(holdMs === undefined ? {} : { holdMs }),
    waterfall: [{ up: 'Q', down: 'Z', startMs: 0, serverMs: spanMs, streamMs: 0 }],
  });
  const countWakeUps = (given: Candidate['calibration']) => {
    const { database, client } = demandsIn(raceOf(candidate(rounds, { calibration: given }))).demands;
    return { turnMs: database.wakeUpMs!.value, entryMs: client.wakeUpMs!.value };
  };
  const untold = countWakeUps({ ...calibration, latencyMs });
  expect(untold.entryMs).toBe(0);
  const turns = calibration.underLoad.roundTrips;
  const told = countWakeUps(spanned(80));
  expect(told.turnMs).toBeLessThan(untold.turnMs);
  expect(told.turnMs * turns + told.entryMs).toBeCloseTo(untold.turnMs * turns, 6);
  // Of the mean and the one request that was kept the mean counts, unless a pause cut its holds short.
  expect(countWakeUps(spanned(80, 78)).entryMs).toBeCloseTo(told.entryMs + 2, 6);
  expect(countWakeUps(spanned(80, 30))).toEqual(told);
  // A span as long as the request leaves nothing before it.
  expect(countWakeUps(spanned(400))).toEqual(untold);
});

test('rounds that a gate refused are left out', () => {
  const refused: Round = { ...roundAt(90, 500), outcome: 'refused' };
  const { measured } = demandsIn(raceOf(candidate([roundAt(250, 200), refused])));
  expect(measured.requestsPerSecond.value).toBe(250);
});

test.each([
  { name: 'an unknown name', race: raceOf(), why: /no candidate axum/ },
  { name: 'no measured round', race: raceOf(candidate([])), why: /no measured round/ },
  {
    name: 'no CPU time',
    race: raceOf(candidate([{ ...roundAt(100, 500), components: [] }])),
    why: /no round of axum has its CPU time/,
  },
  {
    name: 'no calibration',
    race: raceOf({ ...candidate([roundAt(100, 500)]), calibration: undefined }),
    why: /not calibrated/,
  },
])('$name is said, not guessed', ({ race, why }) => {
  const read = readDemands(race, 'axum');
  expect(read.kind).toBe('missing');
  if (read.kind === 'missing') expect(read.why).toMatch(why);
});

test('what no round recorded is named as unseen', () => {
  const round = roundAt(100, 500);
  const blind: Round = { ...round, components: round.components!.filter(({ name }) => name !== 'database') };
  const { demands } = demandsIn(raceOf(candidate([blind])));
  expect(demands.cpuMs.database).toBeUndefined();
  expect(demands.unseen.map(({ what }) => what)).toContain('CPU of the database');
});

test('relays count with their neighbours: the server’s with the proxy, the database’s with the pooler', () => {
  const round = roundAt(100, 500);
  const components = [
    ...round.components!,
    { name: 'server-link', cpuSeconds: 0.01 },
    { name: 'database-link', cpuSeconds: 0.02 },
  ];
  const { cpuMs } = demandsIn(raceOf(candidate([{ ...round, components }]))).demands;
  expect(cpuMs.proxy!.value).toBeCloseTo(0.3 + 0.1, 9);
  expect(cpuMs.pooler!.value).toBeCloseTo(1 + 0.2, 9);
});

test('a candidate of a sweep is read at its own point', () => {
  const race = raceOf(
    candidate([roundAt(100, 500)], { point: { 'proxy.maxconn': 5, connections: 10 } }),
    candidate([roundAt(100, 500)], { name: 'bare', point: { proxy: false, 'pooler.connections': 9 } }),
  );
  expect(demandsIn(race).demands).toMatchObject({ client: { connections: 10 }, proxy: { maxconn: 5 } });
  const bare = demandsIn(race, 'bare').demands;
  expect(bare.proxy).toBeUndefined();
  expect(bare.pooler).toEqual({ connections: 9, pooling: 'session', threadShare: 0.5 });
});

test('what a candidate was raced under is read from the result, whatever the plan and its point say', () => {
  const conditions = {
    connections: 7,
    pooler: { connections: 3 },
    links: { 'client-proxy': { rttMs: 2 } },
    placements: { candidate: { cpus: '0' }, load: { cpus: '1' } },
  };
  const { links: _, ...round } = roundAt(100, 500);
  const point = { connections: 10, 'links.client-proxy': '9ms' };
  const { demands } = demandsIn(raceOf(candidate([round], { conditions, point })));
  expect(demands).toMatchObject({ client: { connections: 7, linkMs: { value: 2 } }, pooler: { connections: 3 } });
  expect(demands.proxy).toBeUndefined();
  expect(demands.hosts.find(({ components }) => components.includes('server'))!.cores).toBe(4);
  const pinned = { ...conditions, placements: Object.fromEntries(everything.map((part) => [part, { cpus: '0' }])) };
  const alone = demandsIn(raceOf(candidate([round], { conditions: pinned }))).demands;
  expect(alone.hosts).toMatchObject([{ cores: 1 }]);
});

const everything = ['load', 'proxy', 'candidate', 'pooler', 'database'];

test('in an older race what was not installed was not there', () => {
  const race = { ...raceOf(candidate([roundAt(100, 500)])), missing: [{ tool: 'pgbouncer' }, { tool: 'haproxy' }] };
  const { demands } = demandsIn(race);
  expect([demands.proxy, demands.pooler]).toEqual([undefined, undefined]);
});

test('a link whose achieved delay no round has counts as asked for, and that is said', () => {
  const { links: _, ...round } = roundAt(100, 500);
  const race = raceOf(candidate([round]));
  const asked = { ...race, plan: { ...race.plan, links: { 'server-database': { rttMs: 4 } } } };
  const { demands } = demandsIn(asked);
  expect(demands.database.linkMs).toEqual({ value: 4, low: 4, high: 4 });
  expect(demands.unseen.map(({ what }) => what)).toContain('delay of the link server-database');
});

const withMachine = (machine: NonNullable<Round['telemetry']>['machine'], round = roundAt(100, 500)): Round => ({
  ...round,
  elapsedSeconds: 1,
  telemetry: { machine },
});

test.each([
  { name: 'what the race found', machine: { busyRatio: 0.9, otherRatio: 0.25, stealRatio: 0.05 }, taken: 1.2 },
  // 100 requests of 4.8 ms in one second are 0.48 of 4 cores.
  { name: 'what was busy less its own', machine: { busyRatio: 0.5 }, taken: 2 - 0.48 },
  { name: 'nothing, where less was busy than the race used', machine: { busyRatio: 0.01 }, taken: 0 },
])('others on the machine take their cores: $name', ({ machine, taken }) => {
  const { demands } = demandsIn(raceOf(candidate([withMachine(machine)])));
  expect(demands.hosts[0]!.takenCores!.value).toBeCloseTo(taken, 9);
  const isSaid = demands.unseen.some(({ what }) => what === 'what others on the machine would have left');
  expect(isSaid).toBe(taken > 0.2);
  const cpu = buildNetwork(demands).stations['machine CPU']!;
  expect(cpu.servers).toBeCloseTo(4 - taken, 9);
});

test('others that took everything leave a little', () => {
  const { demands } = demandsIn(raceOf(candidate([withMachine({ busyRatio: 1, otherRatio: 1 })])));
  expect(buildNetwork(demands).stations['machine CPU']!.servers).toBeCloseTo(0.2, 9);
  expect(explain(demands, { requestsPerSecond: exactly(40) }).prediction.requestsPerSecond.value).toBeGreaterThan(0);
});

test('pinned components have cores of their own, and overlapping ones share theirs', () => {
  const race = raceOf(candidate([withMachine({ otherRatio: 0.1 })]));
  const placements = {
    load: { cpus: '0' },
    proxy: { cpus: '0' },
    candidate: { cpus: '1' },
    pooler: { cpus: '2-3' },
    database: { cpus: '3' },
  };
  const { demands } = demandsIn({ ...race, plan: { ...race.plan, placements } });
  const hosts = [...demands.hosts].sort((a, b) => a.name.localeCompare(b.name));
  expect(hosts).toMatchObject([
    { name: 'client and proxy', cores: 1, components: ['client', 'proxy'], takenCores: { value: 0.1 } },
    { name: 'pooler and database', cores: 2, components: ['pooler', 'database'] },
    { name: 'server', cores: 1, components: ['server'] },
  ]);
  expect(Object.keys(buildNetwork(demands).stations).sort()).toEqual([
    'client and proxy CPU',
    'pooler and database CPU',
    'server CPU',
  ]);
});

test('a pooler of sessions limits the pool itself', () => {
  const race = raceOf(candidate([roundAt(100, 500)], { settings: { pool: 40 }, point: { 'pooler.connections': 10 } }));
  expect(explain(demandsIn(race).demands, demandsIn(race).measured).prediction.bottleneck).toMatchObject({
    resource: 'pooler connections',
  });
});

test('round trips that an added delay does not lengthen are said', () => {
  const calibration = { ...candidate([]).calibration!, slope: { roundTrips: 11.5, low: 11, high: 12 } };
  const { demands } = demandsIn(raceOf(candidate([roundAt(100, 500)], { calibration })));
  expect(demands.unseen.at(-1)!.why).toBe('20 were counted on the wire, but latency grew by 11.5 ms for each added ms');
});

test('what an unloaded request takes beyond its parts counts for each round trip', () => {
  const round = roundAt(200, 230);
  const { calibration } = candidate([round]);
  // 30.5 + 19.2 x 3.7 of links, 4.8 of CPU, 3 of waiting; and 0.1 for each round trip.
  const latencyMs = 30.5 + 19.2 * (3.7 + 0.1) + 4.8 + 3;
  const { demands } = demandsIn(raceOf(candidate([round], { calibration: { ...calibration!, latencyMs } })));
  expect(demands.database.wakeUpMs!.value).toBeCloseTo(0.1, 9);
});

test('a login’s key derivation is seen on both sides of the wire', () => {
  const { calibration } = candidate([]);
  const waterfall = [
    { up: '>', startMs: 0, serverMs: 0, streamMs: 0 },
    { up: 'p', startMs: 3.7, serverMs: 3, streamMs: 0 },
    { up: 'p', startMs: 14.4, serverMs: 0.1, streamMs: 0 },
    { up: 'Q', startMs: 18.2, serverMs: 0.4, streamMs: 0 },
  ];
  const connectRoundTrips = { tcp: 1, tls: 2, auth: 3 };
  const connecting = candidate([roundAt(200, 230)], {
    calibration: { ...calibration!, waterfall, connectRoundTrips },
  });
  const { connect } = demandsIn(raceOf(connecting)).demands.database;
  expect(connect!.cpuMs!.server.value).toBeCloseTo(4, 9);
  expect(connect!.cpuMs!.pooler.value).toBeCloseTo(3.1, 9);
});
