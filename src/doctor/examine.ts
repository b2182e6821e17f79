import type { Clock } from '../base/index.ts';
import { describeEnvironment } from '../race/index.ts';
import type { Environment } from '../result/index.ts';
import { createRunFolder, localHost } from '../stage/index.ts';
import type { Examined } from './findings.ts';
import { findCandidateNeeds, findNeededTools, findPostgres } from './needs.ts';
import { measureNoise } from './noise.ts';

export interface ExamineOptions {
  readonly clock: Clock;
  /** Folders in whose `candidates/` to look. */
  readonly roots: readonly string[];
  /** How long to watch the machine before it is loaded for two seconds; 0 leaves the noise out. */
  readonly watchMs: number;
  readonly signal: AbortSignal;
}

export interface Examination extends Examined {
  /** Undefined where Postgres is not there. */
  readonly environment: Environment | undefined;
}

/**
 * Looks at what this machine has and how quiet it is.
 * @throws PitwallError `candidate.invalid`, or the signal's reason.
 */
export const examine = async ({ clock, roots, watchMs, signal }: ExamineOptions): Promise<Examination> => {
  await using folder = createRunFolder();
  const host = localHost(folder, clock);
  const postgres = findPostgres();
  const tools = findNeededTools(host);
  const pathOf = (name: string) => tools.find((tool) => tool.name === name)?.path;
  return {
    postgres,
    tools,
    candidates: await findCandidateNeeds(roots, host),
    environment:
      postgres === undefined
        ? undefined
        : await describeEnvironment(host, { haproxy: pathOf('haproxy'), pgbouncer: pathOf('pgbouncer') }),
    noise: watchMs === 0 ? undefined : await measureNoise(clock, watchMs, signal),
  };
};
