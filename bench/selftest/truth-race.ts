import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RaceResult } from '../../src/result/index.ts';
import { repository, writeCandidate } from '../../test/support/race-folder.ts';
import { runPitwall } from '../../test/support/run-pitwall.ts';

/** One entry: its rate is in proportion to its slots. */
export interface TruthEntry {
  readonly name: string;
  readonly slots: number;
}

export interface TruthRaceOptions {
  readonly entries: readonly TruthEntry[];
  readonly blocks: number;
  readonly durationMs: number;
  readonly seed: number;
  /** Services of every candidate take longer from the start of the race on, by this share a second. @default 0 */
  readonly slowPerS?: number;
}

const serviceMs = 100;

/** Races servers whose rates are known, through the whole of pitwall. */
export const runTruthRace = async ({
  entries,
  blocks,
  durationMs,
  seed,
  slowPerS = 0,
}: TruthRaceOptions): Promise<RaceResult> => {
  const folder = mkdtempSync(join(tmpdir(), 'truth-race-'));
  try {
    writeCandidate(folder, 'truth', 'truth-server.cjs', {
      SERVICE_MS: String(serviceMs),
      SLOW_FROM_MS: String(slowPerS === 0 ? 0 : Date.now()),
      SLOW_PER_S: String(slowPerS),
    });
    const plan = {
      workload: join(repository, 'test', 'fixtures', 'workloads', 'truth'),
      candidates: entries.map(({ name, slots }) => ({
        use: './candidates/truth',
        as: name,
        settings: { threads: slots },
      })),
      blocks,
      duration: `${durationMs}ms`,
      warmup: '50ms',
      // Some always wait, so that no slot is ever free.
      connections: Math.max(...entries.map(({ slots }) => slots)) + 30,
      sample: 0,
      // A machine that stands still for a quarter of a second leaves a round without an answer.
      retries: 50,
      seed,
      proxy: false,
      pooler: false,
      tap: 'off',
    };
    writeFileSync(join(folder, 'plan.yaml'), JSON.stringify(plan));
    const args = ['race', join(folder, 'plan.yaml'), '--results', join(folder, 'results'), '--json'];
    const { code, stdout, stderr } = await runPitwall(args);
    if (code !== 0) throw new Error(`pitwall ended with ${code}:\n${stderr}`);
    return JSON.parse(stdout) as RaceResult;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

export interface MeasuredRatio {
  readonly ratio: number;
  readonly low: number;
  readonly high: number;
}

/** The ratio a/b on throughput, whichever way round the race has it. */
export const ratioOf = (race: RaceResult, a: string, b: string): MeasuredRatio => {
  for (const comparison of race.comparisons) {
    if (comparison.metric !== 'requestsPerSecond') continue;
    const { ratio, low, high } = comparison;
    if (low === undefined || high === undefined) continue;
    if (comparison.a === a && comparison.b === b) return { ratio, low, high };
    if (comparison.a === b && comparison.b === a) return { ratio: 1 / ratio, low: 1 / high, high: 1 / low };
  }
  throw new Error(`The race did not compare ${a} with ${b}.`);
};

/** Two equal servers, and two that are faster by a known share: 3 % and 5 %. */
export const unitEntries = (unit: number): readonly TruthEntry[] => [
  { name: `same-${unit}`, slots: 100 },
  { name: `variant-${unit}`, slots: 100 },
  { name: `plus3-${unit}`, slots: 103 },
  { name: `plus5-${unit}`, slots: 105 },
];

/** What a unit says: whether two equal servers were told apart at .05, and whether the intervals cover the truth. */
export interface UnitAnswer {
  readonly isFalsePositive: boolean;
  readonly covers3: boolean;
  readonly covers5: boolean;
}

export const judgeUnit = (race: RaceResult, unit: number): UnitAnswer => {
  const covers = (a: string, b: string, truth: number): boolean => {
    const { low, high } = ratioOf(race, `${a}-${unit}`, `${b}-${unit}`);
    return low <= truth && truth <= high;
  };
  return {
    isFalsePositive: !covers('variant', 'same', 1),
    covers3: covers('plus3', 'same', 1.03),
    covers5: covers('plus5', 'variant', 1.05),
  };
};
