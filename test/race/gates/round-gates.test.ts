import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { LoadResult, TimelineWindow } from '../../../src/load/index.ts';
import { roundGates } from '../../../src/race/gates/index.ts';
import type { RoundFacts } from '../../../src/race/gates/round-facts.ts';
import type { Gate } from '../../../src/result/index.ts';
import type { ComponentUsage } from '../../../src/telemetry/index.ts';
import { repository } from '../../support/race-folder.ts';

const spread = { average: 1, fastest: 1, slowest: 1 };

/** Twelve seconds of 1,000 answers per second after two of warm-up, and nothing to find fault with. */
const load = (change: Partial<LoadResult> = {}, perSecond: readonly number[] = Array(14).fill(1_000)): LoadResult => ({
  version: 1,
  startedUnixMs: 0,
  elapsedMs: 12_000,
  connections: 50,
  workers: 1,
  counts: { ok: 12_000, wrong: 0, status: 0, reset: 0, timeout: 0, cutOff: 50, neverSent: 0 },
  retries: 0,
  requestsPerSecond: 1_000,
  bytesReceived: 1,
  bodyBytes: 1,
  latencyMs: { mean: 50, min: 1, p50: 50, p90: 60, p95: 70, p99: 80, max: 90 },
  histograms: { serviceTimeNs: '', firstByteNs: '' },
  statusCodes: { 200: 12_000 },
  errors: {},
  details: { dialMs: spread, dnsMs: spread, firstByteMs: spread },
  timeline: perSecond.map(
    (ok, index): TimelineWindow => ({ atMs: index * 1_000, ok, failed: 0, p50Ms: 50, p99Ms: 80, isWarmup: index < 2 }),
  ),
  client: { cpuSeconds: 1, cpuUtilisation: 0.1, eventLoopDelayP99Ms: 1 },
  littlesLaw: { connections: 50, throughputTimesLatency: 50, error: 0 },
  flags: [],
  samples: [],
  endedEarly: false,
  ...change,
});

const usage = (name: string, change: Partial<ComponentUsage> = {}): ComponentUsage => ({
  name,
  cpuSeconds: 1,
  cpuPercent: 8,
  peakCpuPercent: 10,
  rssMiB: 50,
  peakRssMiB: 50,
  processes: 1,
  samples: [],
  unavailable: [],
  ...change,
});

const gatesOf = (change: Partial<RoundFacts>): readonly Gate[] =>
  roundGates({
    load: load(),
    warmupMs: 2_000,
    mismatches: [],
    usage: [usage('load', { runQueueDelaySeconds: 0.1 }), usage('candidate')],
    stopped: [],
    settling: { seconds: 9, isSettled: true, perSecond: [] },
    machine: { busyRatio: 0.5, otherRatio: 0.01, stealRatio: 0, memoryPressureRatio: 0 },
    clockJumpMs: 1,
    links: [],
    ...change,
  });

const rss = (...rssMiB: readonly number[]) =>
  rssMiB.map((value, index) => ({
    atMs: (index + 1) * 1_000,
    cpuPercent: 10,
    rssMiB: value,
    virtualMiB: 1,
    processes: 1,
  }));

test('a sound round passes every gate', () => {
  expect(gatesOf({}).filter(({ ok }) => !ok)).toEqual([]);
});

const faults: readonly {
  readonly name: string;
  readonly gate: string;
  readonly effect: Gate['effect'];
  readonly facts: Partial<RoundFacts>;
  readonly says: RegExp;
}[] = [
  {
    name: 'a wrong document',
    gate: 'contract',
    effect: 'refuses',
    facts: { mismatches: [{ path: '$', expected: '1', actual: '2' }] },
    says: /1 of 0 sampled answers break the contract/,
  },
  {
    name: 'a failed request',
    gate: 'errors',
    effect: 'refuses',
    facts: {
      load: load({
        counts: { ok: 11_999, wrong: 0, status: 1, reset: 0, timeout: 0, cutOff: 50, neverSent: 0 },
        statusCodes: { 200: 11_999, 500: 1 },
      }),
    },
    says: /1 of 12000 requests failed: 1 x status 500/,
  },
  {
    name: 'a stopped process',
    gate: 'stopped',
    effect: 'refuses',
    facts: { stopped: ['candidate'] },
    says: /candidate was stopped/,
  },
  {
    name: 'silence until the end',
    gate: 'silence',
    effect: 'refuses',
    facts: { load: load({}, [...Array(12).fill(1_000), 0, 0]) },
    says: /no answer in the last 2 s, after 1200 a second/,
  },
  {
    name: 'silence from the first second on',
    gate: 'silence',
    effect: 'refuses',
    facts: {
      warmupMs: 200,
      load: load(
        {
          elapsedMs: 3_000,
          counts: { ok: 100, wrong: 0, status: 0, reset: 0, timeout: 0, cutOff: 50, neverSent: 0 },
        },
        [120, 0, 0],
      ),
    },
    says: /no answer in the last 2 s, after 100 a second/,
  },
  {
    name: 'a clock that was set back',
    gate: 'clock',
    effect: 'refuses',
    facts: { clockJumpMs: -3_600_000 },
    says: /moved by -3600\.0 s/,
  },
  {
    name: 'a level that changes late',
    gate: 'steady-state',
    effect: 'withholds',
    facts: { load: load({}, [...Array(9).fill(1_000), ...Array(5).fill(800)]) },
    says: /from 1000 to 800 a second after 7 s/,
  },
  {
    name: 'memory that grows until the end',
    gate: 'memory-growth',
    effect: 'warns',
    facts: { usage: [usage('candidate', { samples: rss(50, 60, 70, 80, 90, 100, 110, 120, 130, 140) })] },
    says: /by 40 MiB in the last half/,
  },
  {
    name: 'a warm-up without an end',
    gate: 'settled',
    effect: 'withholds',
    facts: { settling: { seconds: 20, isSettled: false, perSecond: [] } },
    says: /had not settled after 20 s/,
  },
  {
    name: 'a neighbour',
    gate: 'other-load',
    effect: 'withholds',
    facts: { machine: { busyRatio: 0.9, otherRatio: 0.4 } },
    says: /no part of the race used 40 %/,
  },
  {
    name: 'a greedy hypervisor',
    gate: 'steal',
    effect: 'withholds',
    facts: { machine: { stealRatio: 0.05 } },
    says: /gave 5\.0 % of the machine/,
  },
  {
    name: 'memory that ran short',
    gate: 'memory-pressure',
    effect: 'withholds',
    facts: { machine: { memoryPressureRatio: 0.3 } },
    says: /waited for memory 30 %/,
  },
  {
    name: 'a client without a core',
    gate: 'client-wait',
    effect: 'warns',
    facts: { usage: [usage('load', { runQueueDelaySeconds: 6 })] },
    says: /waited for a core 50 %/,
  },
  {
    name: 'a link that is late',
    gate: 'link',
    effect: 'withholds',
    facts: { links: [{ place: 'server-database', asked: { rttMs: 4 }, achieved: { p50Ms: 6, p99Ms: 9 } }] },
    says: /asked for 4 ms and took 6\.00 ms/,
  },
  ...(
    [
      ['littles-law', 'refuses'],
      ['client-cpu', 'withholds'],
      ['ceiling', 'withholds'],
      ['schedule', 'withholds'],
      ['streams', 'warns'],
      ['event-loop', 'warns'],
    ] as const
  ).map(([gate, effect]) => ({
    name: `the load generator’s own flag ${gate}`,
    gate,
    effect,
    facts: { load: load({ flags: [{ name: gate, ok: false, value: 2, limit: 1, explain: 'It was too much.' }] }) },
    says: /^It was too much$/,
  })),
];

describe('each gate is closed by its own fault and by no other', () => {
  test.each(faults)('$name: $gate', ({ gate, effect, facts, says }) => {
    const closed = gatesOf(facts).filter(({ ok }) => !ok);
    expect(closed).toMatchObject([{ name: gate, effect }]);
    expect(closed[0]!.reason).toMatch(says);
  });
});

test('docs/methodology.md has every gate with the failure that it caught', () => {
  const rows = readFileSync(join(repository, 'docs', 'methodology.md'), 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('| `'));
  const documented = new Set(
    rows.flatMap((row) => [...row.split('|')[1]!.matchAll(/`([a-z-]+)`/g)].map(([, name]) => name)),
  );
  for (const { gate } of faults) expect(documented).toContain(gate);
});

describe('gates leave alone', () => {
  test.each<{ name: string; facts: Partial<RoundFacts> }>([
    {
      name: 'a server that answers once in two seconds',
      facts: {
        load: load(
          { counts: { ok: 6, wrong: 0, status: 0, reset: 0, timeout: 0, cutOff: 50, neverSent: 0 } },
          Array.from({ length: 14 }, (_, i) => (i + 1) % 2),
        ),
      },
    },
    {
      name: 'a pause in the middle, which is the candidate’s own',
      facts: { load: load({}, [...Array(8).fill(1_000), 0, ...Array(5).fill(1_000)]) },
    },
    { name: 'a level that changes early', facts: { load: load({}, [...Array(6).fill(900), ...Array(8).fill(1_000)]) } },
    {
      name: 'a late change by less than what counts as the same',
      facts: { load: load({}, [...Array(9).fill(1_000), ...Array(5).fill(990)]) },
    },
    {
      name: 'a heap that goes up and down',
      facts: { usage: [usage('candidate', { samples: rss(50, 90, 55, 95, 50, 90, 55, 95, 52, 93) })] },
    },
    {
      name: 'a link with a rate, where bytes take time of their own',
      facts: {
        links: [
          { place: 'server-database', asked: { rttMs: 4, bytesPerSecond: 1e6 }, achieved: { p50Ms: 9, p99Ms: 9 } },
        ],
      },
    },
    { name: 'a machine that tells nothing', facts: { machine: {} } },
  ])('$name', ({ facts }) => {
    expect(gatesOf(facts).filter(({ ok }) => !ok)).toEqual([]);
  });
});
