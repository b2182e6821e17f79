import type { JournalRecord } from '../../src/result/index.ts';

type Of<Type extends JournalRecord['type']> = Extract<JournalRecord, { type: Type }>;

/** Journal records with everything that a test does not care about filled in. */
export const raceRecord = (): Of<'race'> => ({
  type: 'race',
  version: 1,
  id: 'test-race',
  startedAt: '2026-01-01T00:00:00.000Z',
  plan: {
    name: 'test',
    file: 'plans/test.yaml',
    workload: { name: 'items', scale: 5, seed: 1 },
    candidates: ['axum'],
    blocks: 3,
    durationMs: 5_000,
    warmupMs: 1_000,
    connections: 50,
    timeoutMs: 30_000,
    seed: 1,
    sampleRatio: 0.01,
    proxy: { maxconn: 25, pathPrefix: '/' },
    pooler: { connections: 25 },
    links: {},
    tap: 'calibration',
  },
  environment: {
    cpu: 'A CPU',
    cores: 2,
    memoryMiB: 4_096,
    kernel: '6.0',
    node: 'v20.20.2',
    versions: { haproxy: '2.6' },
  },
  missing: [],
});

export const candidateRecord = (name: string): Of<'candidate'> => ({
  type: 'candidate',
  name,
  status: 'ok',
  candidate: name,
  point: {},
  about: 'A server.',
  language: 'rust',
  settings: { pool: 20 },
  versions: {},
  contract: { ok: true, checked: 44, mismatches: [] },
});

export const roundRecord = (candidate: string, block: number, requestsPerSecond: number): Of<'round'> => ({
  type: 'round',
  candidate,
  round: {
    block,
    position: 1,
    startedAt: '2026-01-01T00:00:10.000Z',
    outcome: 'measured',
    requestsPerSecond,
    elapsedSeconds: 5,
    ok: requestsPerSecond * 5,
    wrong: 0,
    status: 0,
    reset: 0,
    timeout: 0,
    cutOff: 50,
    neverSent: 0,
    checked: 5,
    mismatches: [],
    latencyMs: { mean: 100, min: 50, p50: 99, p90: 120, p95: 130, p99: 150, max: 200 },
    components: [
      {
        name: 'load',
        cpuSeconds: 0.1,
        cpuPercent: 2,
        peakCpuPercent: 3,
        pssMiB: 50,
        peakPssMiB: 51,
        rssMiB: 60,
        peakRssMiB: 61,
      },
      {
        name: 'candidate',
        cpuSeconds: 1,
        cpuPercent: 20,
        peakCpuPercent: 30,
        pssMiB: 10,
        peakPssMiB: 11,
        rssMiB: 12,
        peakRssMiB: 13,
      },
    ],
    gates: [{ name: 'contract', ok: true, value: 0, limit: 0 }],
  },
});
