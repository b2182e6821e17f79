import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { present } from '../base/index.ts';
import { postgresVersion } from '../components/index.ts';
import type { Host } from '../hosts/index.ts';
import { loadCandidate } from '../plan/index.ts';
import { findMissing, installCommand, listCommandParts, parts, type ToolsFolder } from '../setup/index.ts';

/** A program that races use, and where it is. */
export interface Tool {
  readonly name: string;
  /** What it is for. */
  readonly use: string;
  /** How to install it on Debian or Ubuntu. */
  readonly install: string;
  /** Undefined where it is not installed. */
  readonly path?: string;
}

/** Whether what a candidate is built and run with is there. */
export interface CandidateNeeds {
  readonly name: string;
  /** Commands that are not on the PATH, and what those lack that are: `Python with venv`. */
  readonly missing: readonly string[];
}

const toolParts = ['haproxy', 'pgbouncer', 'ip', 'ping'] as const;

const tools: readonly Omit<Tool, 'path'>[] = [
  ...toolParts.map((name) => ({ name: parts[name].command, use: parts[name].use, install: installCommand(name) })),
  // Part of every Debian, so that set-up has nothing to do.
  { name: 'taskset', use: 'cpus: by component', install: 'sudo apt-get install -y util-linux' },
];

export const findNeededTools = (host: Host): Promise<readonly Tool[]> =>
  Promise.all(tools.map(async (tool) => ({ ...tool, ...present('path', await host.which(tool.name)) })));

/** The version of the Postgres that npm installed; undefined where there is none for this platform. */
export const findPostgres = (): string | undefined => {
  try {
    return postgresVersion();
  } catch {
    return undefined;
  }
};

/**
 * The candidates in `candidates/` of the given folders, the first of a name.
 * @throws PitwallError `candidate.invalid`.
 */
export const findCandidateNeeds = async (
  roots: readonly string[],
  host: Host,
  tools: ToolsFolder,
): Promise<readonly CandidateNeeds[]> => {
  const folders = new Map<string, string>();
  for (const root of roots) {
    const parent = join(root, 'candidates');
    for (const name of existsSync(parent) ? readdirSync(parent) : []) {
      if (!folders.has(name) && existsSync(join(parent, name, 'candidate.yaml'))) folders.set(name, join(parent, name));
    }
  }
  const candidates = await Promise.all([...folders.values()].map((folder) => loadCandidate(folder)));
  return Promise.all(
    candidates.map(async ({ name, requires }) => {
      const paths = await Promise.all(requires.map((command) => host.which(command)));
      const commands = requires.filter((_, index) => paths[index] === undefined);
      const there = requires.filter((_, index) => paths[index] !== undefined);
      const incomplete = await findMissing(listCommandParts(there), { host, env: {}, tools });
      return { name, missing: [...commands, ...incomplete.map(({ title }) => title)] };
    }),
  );
};
