import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CandidateExplanation, cannotTell, explainRace } from '../../src/explain/index.ts';
import type { RaceResult } from '../../src/result/index.ts';
import { createRandom } from '../../src/stats/index.ts';
import { repository, writeCandidate } from '../../test/support/race-folder.ts';
import { runPitwall } from '../../test/support/run-pitwall.ts';
import { type Cause, plantedPlan, plantedServer } from './plants.ts';

/** One planted server, and what was made of it. */
export interface CauseAnswer {
  readonly cause: Cause;
  /** In the words of the plants, or the model's own; absent where it says that it can't tell. */
  readonly named?: string;
  /** The sentence that goes with it. */
  readonly evidence: string;
}

/**
 * Races servers with one planted cause through the whole of pitwall (real proxy, pooler, database and links, three rounds of
 * 0.8 s) and asks what limits each of them.
 */
export const runCauseRace = async (cause: Cause, servers: number, seed: number): Promise<readonly CauseAnswer[]> => {
  const folder = mkdtempSync(join(tmpdir(), 'cause-race-'));
  const random = createRandom(seed);
  try {
    const names = Array.from({ length: servers }, (_, index) => `planted-${index + 1}`);
    const plan = plantedPlan(cause, random);
    for (const name of names) {
      const { burnMs, turns, sleepMs, lockMs, pool } = plantedServer(cause, random);
      const env = { BURN_MS: burnMs, TURNS: turns, SLEEP_MS: sleepMs, LOCK_MS: lockMs };
      const texts = Object.fromEntries(Object.entries(env).map(([key, value]) => [key, String(value)]));
      writeCandidate(folder, name, 'cause-server.cjs', texts, { pool });
    }
    const content = {
      workload: join(repository, 'test', 'fixtures', 'workloads', 'truth'),
      candidates: names.map((name) => `./candidates/${name}`),
      blocks: 3,
      duration: '800ms',
      warmup: '300ms',
      sample: 0,
      seed,
      calibration: { requests: 20 },
      ...plan,
    };
    writeFileSync(join(folder, 'plan.yaml'), JSON.stringify(content));
    const args = ['race', join(folder, 'plan.yaml'), '--results', join(folder, 'results'), '--json'];
    const { code, stdout, stderr } = await runPitwall(args);
    if (code !== 0) throw new Error(`pitwall ended with ${code}:\n${stderr}`);
    const { explanations, missing } = explainRace(JSON.parse(stdout) as RaceResult);
    if (missing.length > 0) throw new Error(missing.map(({ candidate, why }) => `${candidate}: ${why}`).join('\n'));
    return explanations.map((explained) => answerOf(cause, explained));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

const answerOf = (cause: Cause, explained: CandidateExplanation): CauseAnswer => {
  const named = namedCause(explained);
  return { cause, evidence: explained.evidence, ...(named === undefined ? {} : { named }) };
};

/** Of a shared CPU, what one component must use for it to be called that one's. */
const most = 0.7;

const namedCause = ({ bottleneck, explanation, demands }: CandidateExplanation): string | undefined => {
  if (bottleneck === cannotTell) return undefined;
  const cpuMs = Object.values(demands.cpuMs).reduce((sum, ms) => sum + (ms?.value ?? 0), 0);
  // Where others leave less than a core, it is the machine's that is full, of the server's work.
  if (bottleneck === 'machine CPU' && demands.cpuMs.server.value >= most * cpuMs) return 'server CPU' satisfies Cause;
  // On a machine that all share, the one thread of a Node process is what is full.
  if (bottleneck === 'server threads') return 'server CPU' satisfies Cause;
  if (bottleneck !== 'connections') return bottleneck;
  const named = explanation.prediction.bottleneck;
  const dominant = named.kind === 'binds' ? named.dominant : '';
  return dominant.endsWith(' link') ? dominant : ('client connections' satisfies Cause);
};
