import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { loadCandidate } from '../plan/index.ts';
import { type Host, postgresVersion } from '../stage/index.ts';

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
  /** Commands that are not on the PATH. */
  readonly missing: readonly string[];
}

const tools: readonly Omit<Tool, 'path'>[] = [
  { name: 'haproxy', use: 'the proxy in front of a server', install: 'sudo apt-get install -y haproxy' },
  { name: 'pgbouncer', use: 'the pooler in front of the database', install: 'sudo apt-get install -y pgbouncer' },
  { name: 'ip', use: 'hosts: namespaces', install: 'sudo apt-get install -y iproute2' },
  { name: 'ping', use: 'links between namespaces', install: 'sudo apt-get install -y iputils-ping' },
  { name: 'taskset', use: 'cpus: by component', install: 'sudo apt-get install -y util-linux' },
];

export const findNeededTools = (host: Host): readonly Tool[] =>
  tools.map((tool) => {
    const path = host.which(tool.name);
    return { ...tool, ...(path === undefined ? {} : { path }) };
  });

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
export const findCandidateNeeds = async (roots: readonly string[], host: Host): Promise<readonly CandidateNeeds[]> => {
  const folders = new Map<string, string>();
  for (const root of roots) {
    const parent = join(root, 'candidates');
    for (const name of existsSync(parent) ? readdirSync(parent) : []) {
      if (!folders.has(name) && existsSync(join(parent, name, 'candidate.yaml'))) folders.set(name, join(parent, name));
    }
  }
  const candidates = await Promise.all([...folders.values()].map((folder) => loadCandidate(folder)));
  return candidates.map(({ name, requires }) => ({
    name,
    missing: requires.filter((command) => host.which(command) === undefined),
  }));
};
