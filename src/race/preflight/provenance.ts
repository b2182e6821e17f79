import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Host } from '../../hosts/index.ts';
import type { CandidateFacts } from '../../result/index.ts';

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

/** The state of the repository and of the dependencies that a candidate is built from. */
export const describeProvenance = async (
  host: Host,
  folder: string,
): Promise<Pick<CandidateFacts, 'lockDigests' | 'git'>> => {
  const digests = lockFiles
    .filter((name) => existsSync(join(folder, name)))
    .map((name) => [name, makeDigest(join(folder, name))] as const);
  const git = await describeGit(host, folder);
  return {
    ...(digests.length === 0 ? {} : { lockDigests: Object.fromEntries(digests) }),
    ...(git === undefined ? {} : { git }),
  };
};

const makeDigest = (file: string): string => createHash('sha256').update(readFileSync(file)).digest('hex');

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
