import type { Clock } from '../base/index.ts';
import { startLocalHost } from '../hosts/index.ts';
import { describeEnvironment } from '../race/index.ts';
import type { Environment } from '../result/index.ts';
import type { ToolsFolder } from '../setup/index.ts';
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
  /** Where set-up unpacks what it brings. */
  readonly tools: ToolsFolder;
}

export interface Examination extends Examined {
  /** Undefined where Postgres is not there. */
  readonly environment: Environment | undefined;
}

/**
 * Looks at what this machine has and how quiet it is.
 * @throws PitwallError `host.unreachable`, `candidate.invalid`, or the signal's reason.
 */
export const examine = async ({
  clock,
  roots,
  watchMs,
  signal,
  tools: unpacked,
}: ExamineOptions): Promise<Examination> => {
  await using host = await startLocalHost();
  const postgres = findPostgres();
  const tools = await findNeededTools(host);
  const findPath = (name: string) => tools.find((tool) => tool.name === name)?.path;
  return {
    postgres,
    tools,
    candidates: await findCandidateNeeds(roots, host, unpacked),
    environment:
      postgres === undefined
        ? undefined
        : await describeEnvironment(host, { haproxy: findPath('haproxy'), pgbouncer: findPath('pgbouncer') }),
    noise: watchMs === 0 ? undefined : await measureNoise(clock, watchMs, signal),
  };
};
