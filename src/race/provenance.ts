import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CandidateFacts } from '../result/index.ts';
import type { Host } from '../stage/index.ts';

const lockFiles = [
  'package-lock.json',
  'Cargo.lock',
  'requirements.txt',
  'requirements.lock',
  'uv.lock',
  'poetry.lock',
  'go.sum',
  'Gemfile.lock',
  'composer.lock',
];

/** From what state of its repository and of its dependencies a candidate is built. */
export const describeProvenance = async (
  host: Host,
  folder: string,
): Promise<Pick<CandidateFacts, 'lockDigests' | 'git'>> => {
  const digests = lockFiles
    .filter((name) => existsSync(join(folder, name)))
    .map((name) => [name, digestOf(join(folder, name))] as const);
  const git = await describeGit(host, folder);
  return {
    ...(digests.length === 0 ? {} : { lockDigests: Object.fromEntries(digests) }),
    ...(git === undefined ? {} : { git }),
  };
};

const digestOf = (file: string): string => createHash('sha256').update(readFileSync(file)).digest('hex');

const describeGit = async (host: Host, folder: string): Promise<CandidateFacts['git']> => {
  // Only tracked folders: a candidate in a temporary folder below a repository is not of that repository.
  const tracked = await host.capture(['git', '-C', folder, 'ls-files', '--', '.']);
  if (tracked === undefined || tracked === '') return undefined;
  const commit = await host.capture(['git', '-C', folder, 'rev-parse', 'HEAD']);
  const status = await host.capture(['git', '-C', folder, 'status', '--porcelain', '--', '.']);
  return commit === undefined || status === undefined
    ? undefined
    : { commit: commit.trim(), isChanged: status.trim() !== '' };
};
