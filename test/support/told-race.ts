import { assembleResult, type CandidateFacts, type JournalRecord, type RaceResult } from '../../src/result/index.ts';
import { createRandom, encodeHistogram, Histogram } from '../../src/stats/index.ts';
import { candidateRecord, raceRecord, roundRecord } from './records.ts';

/** A candidate of a race that nobody ran: what it is like, for a report to find out. */
export interface Told {
  readonly name: string;
  readonly requestsPerSecond: number;
  readonly roundTrips: number;
  readonly settings?: Readonly<Record<string, number>>;
  readonly language?: string;
  readonly about?: string;
  /** A statement that it sends. */
  readonly statement?: string;
  readonly cpuMs?: number;
}

export interface ToldOptions {
  readonly blocks?: number;
  /** Standard deviation of a round's rate, as a share. */
  readonly scatter?: number;
  readonly durationMs?: number;
  readonly rttMs?: number;
  readonly id?: string;
}

/** The seed's three, at a round trip of 3.7 ms: the rates that 20 pool connections over their round trips give. */
export const seedTold: readonly Told[] = [
  {
    name: 'django-psycopg',
    requestsPerSecond: 58,
    roundTrips: 16,
    settings: { workers: 5, threads: 1 },
    language: 'python',
    cpuMs: 12,
  },
  {
    name: 'starlette-asyncpg',
    requestsPerSecond: 495,
    roundTrips: 10,
    settings: { workers: 2, pool: 10 },
    language: 'python',
    cpuMs: 1.2,
  },
  { name: 'axum-bb8', requestsPerSecond: 267, roundTrips: 20, settings: { pool: 20 }, cpuMs: 0.5 },
];

/** A whole race with histograms, timelines, calibrations and links, the same every time. */
export const toldRace = (told: readonly Told[] = seedTold, options: ToldOptions = {}): RaceResult =>
  assembleResult(toldRecords(told, options));

/** Its journal. */
export const toldRecords = (told: readonly Told[] = seedTold, options: ToldOptions = {}): readonly JournalRecord[] => {
  const {
    blocks = 10,
    scatter = 0.02,
    durationMs = 60_000,
    rttMs = 3.7,
    id = '2026-01-01T00-00-00-told-0001',
  } = options;
  const random = createRandom(7);
  const race = raceRecord();
  const rounds = Array.from({ length: blocks }, (_, index) => index + 1).flatMap((block) => {
    const shared = 1 + scatter * (random.uniform() - 0.5);
    return told.map((candidate, place) => {
      const own = 1 + scatter * (random.uniform() - 0.5);
      return timedRound(candidate, {
        block,
        place,
        of: told.length,
        durationMs,
        rttMs,
        factor: shared * own,
        unit: () => random.uniform(),
      });
    });
  });
  return [
    {
      ...race,
      id,
      startedAt: `${id.slice(0, 10)}T00:00:00.000Z`,
      plan: {
        ...race.plan,
        name: 'told',
        about: 'Which is fastest, and why?',
        candidates: told.map(({ name }) => name),
        blocks,
        durationMs,
        links: { 'server-database': { rttMs } },
      },
    },
    ...told.map((candidate) => ({ ...candidateRecord(candidate.name), ...factsOf(candidate, rttMs) })),
    ...rounds,
    { type: 'end', endedAt: '2026-01-01T01:00:00.000Z', outcome: 'done' },
  ];
};

const factsOf = (told: Told, rttMs: number): Partial<CandidateFacts> => ({
  about: told.about ?? 'A server of a race that nobody ran',
  language: told.language ?? 'rust',
  sourceDigest: `sources of ${told.name}`,
  settings: { ...(told.settings ?? { pool: 20 }) },
  calibration: calibrationOf(told, rttMs),
});

const calibrationOf = ({ roundTrips, statement }: Told, rttMs: number): NonNullable<CandidateFacts['calibration']> => ({
  requests: 100,
  roundTrips,
  readyForQuery: roundTrips,
  statements: roundTrips,
  prepares: 0,
  connects: 0,
  bytesUp: 1_000,
  bytesDown: 4_000,
  stable: 1,
  connectRoundTrips: { tcp: 0, tls: 0, auth: 0 },
  afterResponse: 0,
  idlePerSecond: 0,
  latencyMs: roundTrips * (rttMs + 0.4),
  serverMs: 0.2 * roundTrips,
  streamMs: 0,
  holdMs: roundTrips * (rttMs + 0.3),
  underLoad: { requests: 200, roundTrips },
  statementTexts: [{ text: statement ?? 'select * from recipes where id = $1', prepares: 0, executes: roundTrips }],
  waterfall: Array.from({ length: roundTrips }, (_, index) => ({
    up: 'BES',
    down: '2DDCZ',
    startMs: index * (rttMs + 0.4),
    serverMs: rttMs + 0.2,
    streamMs: 0.05,
  })),
});

interface Place {
  readonly block: number;
  readonly place: number;
  readonly of: number;
  readonly durationMs: number;
  readonly rttMs: number;
  readonly factor: number;
  unit(): number;
}

const timedRound = (told: Told, { block, place, of, durationMs, rttMs, factor, unit }: Place) => {
  const rate = told.requestsPerSecond * factor;
  const seconds = durationMs / 1_000;
  const requests = Math.round(rate * seconds);
  const meanMs = 50_000 / rate;
  const histogram = new Histogram();
  for (let index = 0; index < requests; index++) {
    histogram.record(Math.round(1e6 * meanMs * (0.55 + 0.6 * unit() - 0.12 * Math.log(1 - unit()))));
  }
  const ms = (quantile: number): number => histogram.quantile(quantile) / 1e6;
  const cpuSeconds = ((told.cpuMs ?? 1) * requests) / 1_000;
  const record = roundRecord(told.name, block, rate);
  const position = ((place + block) % of) + 1;
  return {
    ...record,
    round: {
      ...record.round,
      position,
      startedAt: new Date(Date.UTC(2026, 0, 1) + ((block - 1) * of + position) * (durationMs + 5_000)).toISOString(),
      elapsedSeconds: seconds,
      ok: requests,
      latencyMs: { mean: meanMs, min: ms(0), p50: ms(0.5), p90: ms(0.9), p95: ms(0.95), p99: ms(0.99), max: ms(1) },
      histogram: encodeHistogram(histogram),
      timeline: Array.from({ length: Math.floor(seconds) }, (_, second) => ({
        atMs: 1_000 * second,
        ok: Math.round(rate * (0.97 + 0.06 * unit())),
        failed: 0,
        p50Ms: ms(0.5),
        p99Ms: ms(0.99),
      })),
      series: seriesOf(seconds, (told.cpuMs ?? 1) * rate * 0.001, block),
      components: [
        { name: 'load', cpuSeconds: 0.01 * seconds, cpuPercent: 1 },
        { name: 'proxy', cpuSeconds: 0.03 * seconds, cpuPercent: 3 },
        {
          name: 'candidate',
          cpuSeconds,
          cpuPercent: (100 * cpuSeconds) / seconds,
          peakCpuPercent: 60,
          pssMiB: 60,
          peakPssMiB: 70,
        },
        { name: 'pooler', cpuSeconds: 0.05 * seconds, cpuPercent: 5 },
        { name: 'database', cpuSeconds: 0.2 * seconds, cpuPercent: 20 },
      ],
      links: { 'server-database': { rttMs: { asked: rttMs, p50: rttMs, mean: rttMs, p99: rttMs * 1.1 } } },
    },
  };
};

/** A sample a second; what is not the candidate is the same for all. */
const seriesOf = (seconds: number, candidateCores: number, seed: number) => {
  const random = createRandom(seed);
  const atMs = Array.from({ length: Math.floor(seconds) }, (_, second) => 1_000 * (second + 1));
  const level = (value: number): number[] =>
    atMs.map(() => Number((value * (0.9 + 0.2 * random.uniform())).toFixed(3)));
  const component = (name: string, cores: number, memoryMiB: number) => ({
    name,
    cpuCores: level(cores),
    memory: 'pss' as const,
    memoryMiB: atMs.map((ms) => Number((memoryMiB + ms / 60_000).toPrecision(3))),
  });
  return {
    atMs,
    components: [
      component('load', 0.01, 70),
      component('proxy', 0.03, 20),
      component('candidate', candidateCores, 60),
      component('pooler', 0.05, 4),
      component('database', 0.2, 180),
    ],
    queues: [{ name: 'proxy' as const, atMs: [0, ...atMs], waiting: [25, ...level(25)] }],
  };
};

/** Names and texts that want to be more than text. */
export const hostileTold: readonly Told[] = [
  {
    name: '<img src=x onerror=alert(1)>|pipe| @everyone',
    requestsPerSecond: 300,
    roundTrips: 4,
    about: '</script><script>alert(2)</script>',
    statement: 'select \'<b onclick="x()">\' -- </script>\u001b[2J [click](http://evil.test)',
  },
  {
    name: '=HYPERLINK("http://evil.test")',
    requestsPerSecond: 200,
    roundTrips: 8,
    about: '\u001b]0;title\u0007</style>',
  },
  { name: '\'"><script>alert(3)</script>[click](javascript:alert(4))', requestsPerSecond: 100, roundTrips: 9 },
];
