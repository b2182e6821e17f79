import { expect, test } from 'vitest';
import {
  adviseCandidate,
  adviseFromRace,
  askCandidate,
  buildNetwork,
  cannotTell,
  explainRace,
  pickDrivers,
  type RaceFacts,
  readDemands,
  solveNetwork,
} from '../../src/explain/index.ts';
import { axumOfRace, raceFactsOf, roundOf } from '../support/race-facts.ts';

type Candidate = RaceFacts['candidates'][number];

/** The rate and the latency that the model itself gives, so that a test can say how far off a race is. */
const modelledBy = (race: RaceFacts, name: string): number => {
  const read = readDemands(race, name);
  if (read.kind === 'missing') throw new Error(read.why);
  return solveNetwork(buildNetwork(read.demands)).requestsPerSecond;
};

/** The candidate with rounds at the modelled rate times a factor, CPU per request unchanged. */
const playedAt = (candidate: Candidate, race: RaceFacts, factor = 1): Candidate => {
  const rate = factor * modelledBy({ ...race, candidates: [candidate] }, candidate.name);
  const first = candidate.rounds[0]!;
  const asBefore = rate / first.requestsPerSecond!;
  return {
    ...candidate,
    rounds: candidate.rounds.map((round) => ({
      ...round,
      requestsPerSecond: rate,
      ok: round.ok! * asBefore,
      latencyMs: { mean: 50_000 / rate },
      components: round.components!.map(({ name, cpuSeconds }) => ({ name, cpuSeconds: cpuSeconds! * asBefore })),
    })),
  };
};

const raceAt = (factor: number, candidate = axumOfRace()): RaceFacts => {
  const race = raceFactsOf(candidate);
  return { ...race, candidates: [playedAt(candidate, race, factor)] };
};

test('a race that the model gives is explained: what limits it, how full all is, and both rates', () => {
  const { explanations, missing } = explainRace(raceAt(1.02));
  expect(missing).toEqual([]);
  expect(explanations[0]).toMatchObject({ candidate: 'axum', bottleneck: 'pool', suspects: ['pool'] });
  const { utilisation, predictedRequestsPerSecond, measuredRequestsPerSecond, modelError } = explanations[0]!;
  expect(utilisation['pool']).toBeGreaterThan(0.95);
  expect(utilisation['machine CPU']).toBeLessThan(0.7);
  expect(predictedRequestsPerSecond / measuredRequestsPerSecond).toBeCloseTo(1 / 1.02, 3);
  expect(modelError).toMatchObject({ checks: 1 });
});

test('a race that the model does not give has no binding resource, and no what-if', () => {
  const [explained] = explainRace(raceAt(0.6)).explanations;
  expect(explained).toMatchObject({ bottleneck: cannotTell, suspects: ['pool'] });
  expect(explained!.evidence).toMatch(/each request keeps pool .* ms more than they account for/);
  expect(askCandidate(explained!, { pool: 30 }).kind).toBe('withheld');
});

test('what is near the race is predicted, what is far is withheld', () => {
  const [explained] = explainRace(raceAt(1)).explanations;
  expect(askCandidate(explained!, { rttMs: 2 })).toMatchObject({ kind: 'predicted' });
  const far = askCandidate(explained!, { rttMs: 0.5 });
  expect(far).toMatchObject({ kind: 'withheld' });
  if (far.kind === 'withheld')
    expect(far.reason).toMatch(/a round trip of 0.5 ms is beyond what the model was checked for \(3.8,/);
});

test('another point of the sweep is a check, and widens what can be asked', () => {
  const near = playedAt(axumOfRace(), raceFactsOf());
  const far = axumOfRace({ name: 'axum, far', point: { 'links.server-database': '1ms' } }, roundOf(240, 1));
  const race = raceFactsOf(near, playedAt(far, raceFactsOf()));
  const [explained] = explainRace(race).explanations;
  expect(explained!.checks).toHaveLength(2);
  expect(explained!.checks[1]!.setting.rttMs).toBe(1);
  expect(explained!.modelError!.worst).toBeLessThan(0.02);
  expect(askCandidate(explained!, { rttMs: 0.5 })).toMatchObject({ kind: 'predicted' });
});

test('a variant in the race is predicted from the original and compared with what was measured', () => {
  const original = playedAt(axumOfRace({ candidate: 'axum' }), raceFactsOf());
  const calibration = { ...original.calibration!, roundTrips: 10, underLoad: { roundTrips: 10 } };
  const { ledger: _, ...round } = roundOf(480, 3.8);
  const variant = playedAt(axumOfRace({ name: 'tuned', variantOf: 'axum', calibration }, round), raceFactsOf());
  const [explained] = explainRace(raceFactsOf(original, variant)).explanations;
  expect(explained!.variants).toHaveLength(1);
  expect(explained!.variants[0]!.predictedGain.value).toBeGreaterThan(1.3);
  expect(Math.abs(explained!.variants[0]!.error)).toBeLessThan(0.15);
});

test('where others left the machine full, the rate is its own echo and no check of the model', () => {
  const round = { ...roundOf(150, 0), elapsedSeconds: 1 };
  // 150 requests of 4.8 ms are 0.72 of 4 cores; the machine was full.
  const busy = { ...round, telemetry: { machine: { busyRatio: 1 } } };
  const [explained] = explainRace(raceFactsOf(axumOfRace({}, busy))).explanations;
  expect(explained!.bottleneck).toBe('machine CPU');
  expect(explained!.modelError).toBeUndefined();
  const answer = askCandidate(explained!, { cores: 8 });
  expect(answer).toMatchObject({ kind: 'withheld' });
});

test('instruments beside the race are compared with the model', () => {
  const round = {
    ...roundOf(240, 3.8),
    telemetry: {
      proxy: { queued: { mean: 24, peak: 25 } },
      pooler: { clientsWaiting: { mean: 0, peak: 0 }, waitMsPerTransaction: 0 },
      machine: { busyRatio: 0.4, otherRatio: 0 },
    },
  };
  const [explained] = explainRace(raceFactsOf(axumOfRace({}, round))).explanations;
  const [queued] = explained!.seen;
  expect(queued).toMatchObject({ what: 'requests queued at the proxy', seen: 24 });
  expect(queued!.model).toBeGreaterThan(10);
  expect(explained!.seen.at(-1)).toMatchObject({ seen: 40, unit: ' %' });
});

test('a candidate without rounds or calibration is missing, with the reason', () => {
  const { explanations, missing } = explainRace(raceFactsOf(axumOfRace({ rounds: [] })));
  expect(explanations).toEqual([]);
  expect(missing).toEqual([{ candidate: 'axum', why: 'axum has no measured round' }]);
});

test('advice is ranked by gain, and goes as far as the ledger says or as half the way', () => {
  const race = raceAt(1);
  const advice = adviseCandidate(race, explainRace(race).explanations[0]!);
  expect(advice.changes.map(({ what }) => what)).toContain('fewer round trips');
  expect(advice.changes.every(({ answer }) => answer.kind === 'predicted')).toBe(true);
  const gains = advice.changes.map(({ answer }) => (answer.kind === 'predicted' ? answer.whatIf.gain.value : 0));
  expect(gains).toEqual([...gains].sort((a, b) => b - a));
  const fewer = advice.changes.find(({ what }) => what === 'fewer round trips')!;
  // 20, less 9 prepares, 1 for closing and 1 check leave 9; half of the 19 under load are 10.
  expect(advice.roundTripsWithout).toBe(9);
  expect(fewer.change).toEqual({ roundTrips: 10 });
});

test("the ledger's advice has the driver's own names", () => {
  const [prepares] = adviseFromRace(axumOfRace());
  expect(prepares).toMatchObject({ finding: 'repeated-prepares', roundTripsSaved: 10 });
  expect(prepares!.action).toContain('prepare_cached');
  expect(prepares!.evidence).toContain('and closed again, in 1 round trip of its own');
});

test.each([
  { language: 'rust', versions: ['axum', 'tokio-postgres', 'bb8'], found: ['bb8-postgres', 'tokio-postgres'] },
  { language: 'rust', versions: ['sqlx'], found: ['sqlx'] },
  { language: 'rust', versions: ['postgres'], found: ['rust-postgres'] },
  { language: 'python', versions: ['django', 'psycopg2-binary', 'gunicorn'], found: ['Django', 'psycopg2'] },
  { language: 'python', versions: ['starlette', 'asyncpg'], found: ['asyncpg'] },
  { language: 'python', versions: ['SQLAlchemy', 'asyncpg'], found: ['SQLAlchemy', 'asyncpg'] },
  { language: 'typescript', versions: ['fastify', 'pg'], found: ['pg'] },
  { language: 'typescript', versions: ['fastify', 'postgres'], found: ['postgres.js'] },
  { language: 'ruby', versions: ['pg'], found: ['ruby-pg'] },
  { language: 'go', versions: ['github.com/jackc/pgx/v5'], found: ['pgx'] },
  { language: 'go', versions: ['github.com/jackc/pgx/v4'], found: ['pgx'] },
  { language: 'Go', versions: ['gorm.io/gorm', 'github.com/jackc/pgx/v5'], found: ['GORM', 'pgx'] },
  { language: 'java', versions: ['postgresql'], found: ['pgjdbc'] },
  { language: 'kotlin', versions: ['com.zaxxer:HikariCP', 'org.postgresql:postgresql'], found: ['HikariCP', 'pgjdbc'] },
  { language: 'C#', versions: ['Npgsql'], found: ['Npgsql'] },
  { language: 'typescript', versions: ['something'], found: [] },
  // A language that nobody knows: what only one of them has is that one's.
  { language: 'polyglot', versions: ['asyncpg'], found: ['asyncpg'] },
  { language: 'polyglot', versions: ['postgres'], found: [] },
])('in $language the packages $versions mean $found', ({ language, versions, found }) => {
  const named = Object.fromEntries(versions.map((name) => [name, '1']));
  expect(pickDrivers(axumOfRace({ language, versions: named })).map(({ name }) => name)).toEqual(found);
});
