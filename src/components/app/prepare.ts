import { existsSync, readlinkSync } from 'node:fs';
import { copyFile, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describeThrown, PitwallError } from '../../base/index.ts';
import type { Host, ProcessUser } from '../../hosts/index.ts';
import type { Candidate } from '../../plan/index.ts';
import { makeOnce } from '../cache-folder.ts';
import type { StageContext } from '../context.ts';
import { buildEnvironment } from './build-env.ts';
import { readVersions } from './lock-files/read-versions.ts';
import { chooseUser } from './program.ts';
import { digestSources, findSources, sourceFiles } from './source-digest.ts';

export interface PreparedCandidate {
  /** The copy in which it was built and runs. */
  readonly folder: string;
  /** SHA-256 of its sources, hexadecimal. */
  readonly digest: string;
  /** The user that it runs as; pitwall's own where there is none. */
  readonly user: ProcessUser | undefined;
}

/**
 * Builds a candidate in a copy of its folder that is kept in the cache under the digest of its sources.
 * @throws PitwallError `candidate.tool-missing` or `candidate.prepare-failed`: reasons to skip it.
 */
export const prepareCandidate = async (context: StageContext, candidate: Candidate): Promise<PreparedCandidate> => {
  const missing = await findLacking(context.host, candidate.requires);
  if (missing.length > 0) {
    throw new PitwallError(
      'candidate.tool-missing',
      `${candidate.name} needs ${missing.join(' and ')}, not found on the PATH.`,
    );
  }
  const digest = digestSources(candidate);
  const folder = join(context.cacheFolder, 'candidates', `${candidate.name}-${digest.slice(0, 16)}`);
  const marker = join(folder, '.pitwall-prepared');
  const prepared = async (): Promise<PreparedCandidate> => ({
    folder,
    digest,
    user: await chooseUser(context, candidate, folder),
  });
  if (existsSync(marker)) return await prepared();
  await mkdir(dirname(folder), { recursive: true });
  const onWait = () => context.progress(`${candidate.name}: waiting for another pitwall that builds it`);
  await makeOnce(`${folder}.lock`, { clock: context.clock, signal: context.signal, onWait }, async () => {
    if (existsSync(marker)) return;
    // In place, not renamed into place: a Python environment holds its own path.
    await rm(folder, { recursive: true, force: true });
    await copySources(context, candidate, folder);
    await runSteps(context, candidate, folder);
    await makeReadable(context, folder);
    await writeFile(marker, `${digest}\n`);
  });
  return await prepared();
};

const copySources = async (context: StageContext, candidate: Candidate, folder: string): Promise<void> => {
  const { files, brokenLinks, left } = findSources(candidate.folder, candidate.copy);
  if (left.length > 0) {
    const [first, more] = [left.slice(0, leftNamed).join(', '), left.length - leftNamed];
    context.progress(
      `${candidate.name}: not copied: ${first}${more > 0 ? ` and ${more} more` : ''} (\`copy\` in its candidate.yaml names what is)`,
    );
  }
  for (const file of files) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await copyFile(join(candidate.folder, file), join(folder, file));
  }
  for (const link of brokenLinks) {
    await mkdir(dirname(join(folder, link)), { recursive: true });
    await symlink(readlinkSync(join(candidate.folder, link)), join(folder, link));
  }
};

/** As many as fit a line. */
const leftNamed = 6;

/** Whatever the umask and the modes of its sources: it is run by another user. */
const makeReadable = async ({ candidateUser, host }: StageContext, folder: string): Promise<void> => {
  if (candidateUser !== undefined) await host.run(['chmod', '-R', 'a+rX', folder]);
};

const runSteps = async (context: StageContext, candidate: Candidate, folder: string): Promise<void> => {
  const logFile = join(context.logFolder, `prepare-${candidate.name}.log`);
  const given = buildEnvironment(process.env);
  const run = async (command: readonly string[], env: Readonly<Record<string, string>>): Promise<void> => {
    try {
      await context.host.run(command as [string, ...string[]], { cwd: folder, env, logFile, signal: context.signal });
    } catch (cause) {
      context.signal.throwIfAborted();
      throw new PitwallError('candidate.prepare-failed', `${candidate.name}: ${describeThrown(cause)}`, { cause });
    }
  };
  if (candidate.patch !== undefined) {
    // Within the copy, whatever repository lies around it.
    const env = { ...given, GIT_CEILING_DIRECTORIES: dirname(folder) };
    await run(['git', 'apply', '--verbose', candidate.patch.file], env);
  }
  // One target folder for all Rust candidates: what they have in common is compiled once.
  const env = { ...given, CARGO_TARGET_DIR: join(context.cacheFolder, 'cargo') };
  for (const command of candidate.prepare) {
    context.progress(`${candidate.name}: ${command.join(' ')}`);
    await run(command, env);
  }
};

/** Versions of packages as the candidate's lock files have them (docs/candidates.md); what none of them names is left out. */
export const readLockedVersions = (folder: string, packages: readonly string[]): Readonly<Record<string, string>> =>
  readVersions(folder, sourceFiles(folder), packages);

/** Those of the commands that a host does not have. */
export const findLacking = async (
  host: Pick<Host, 'which'>,
  commands: readonly string[],
): Promise<readonly string[]> => {
  const paths = await Promise.all(commands.map((command) => host.which(command)));
  return commands.filter((_, index) => paths[index] === undefined);
};
