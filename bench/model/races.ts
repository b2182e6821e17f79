import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RaceResult } from '../../src/result/index.ts';
import { runPitwall } from '../../test/support/run-pitwall.ts';

/**
 * Runs a plan through the whole of pitwall, or reads what an earlier run of the bench left: a bench that was stopped goes on
 * with the races that it lacks.
 *
 * @param folder Keeps `NAME.json`, and the race's own files in `races/`.
 */
export const raceOnce = async (folder: string, name: string, plan: object): Promise<RaceResult> => {
  const kept = join(folder, `${name}.json`);
  if (existsSync(kept)) return JSON.parse(readFileSync(kept, 'utf8')) as RaceResult;
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${name}.plan.yaml`);
  writeFileSync(file, JSON.stringify(plan));
  process.stderr.write(`${new Date().toISOString()} ${name}\n`);
  const { code, stdout, stderr } = await runPitwall(['race', file, '--results', join(folder, 'races'), '--json']);
  if (stdout === '') throw new Error(`pitwall ended with ${code}:\n${stderr}`);
  writeFileSync(kept, stdout);
  return JSON.parse(stdout) as RaceResult;
};
