import { existsSync, readFileSync } from 'node:fs';
import { copyFile, mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { messageOf, PitwallError } from '../base/index.ts';
import type { Candidate } from '../plan/index.ts';
import { makeOnce } from './cache-folder.ts';
import type { StageContext } from './context.ts';
import { digestFolder, sourceFiles } from './source-digest.ts';

export interface PreparedCandidate {
  /** The copy in which it was built and runs. */
  readonly folder: string;
  /** SHA-256 of its sources, hexadecimal. */
  readonly digest: string;
}

/**
 * Builds a candidate in a copy of its folder that is kept in the cache under the digest of its sources.
 * @throws PitwallError `candidate.tool-missing` or `candidate.prepare-failed`: reasons to skip it.
 */
export const prepareCandidate = async (context: StageContext, candidate: Candidate): Promise<PreparedCandidate> => {
  const missing = candidate.requires.filter((command) => context.host.which(command) === undefined);
  if (missing.length > 0) {
    throw new PitwallError(
      'candidate.tool-missing',
      `${candidate.name} needs ${missing.join(' and ')}, not found on the PATH.`,
    );
  }
  const digest = digestFolder(candidate.folder);
  const folder = join(context.cacheFolder, 'candidates', `${candidate.name}-${digest.slice(0, 16)}`);
  const marker = join(folder, '.pitwall-prepared');
  const prepared = { folder, digest };
  if (existsSync(marker)) return prepared;
  await mkdir(dirname(folder), { recursive: true });
  const onWait = () => context.progress(`${candidate.name}: waiting for another pitwall that builds it`);
  await makeOnce(`${folder}.lock`, { clock: context.clock, signal: context.signal, onWait }, async () => {
    if (existsSync(marker)) return;
    // In place, not renamed into place: a Python environment holds its own path.
    await rm(folder, { recursive: true, force: true });
    for (const file of sourceFiles(candidate.folder)) {
      await mkdir(dirname(join(folder, file)), { recursive: true });
      await copyFile(join(candidate.folder, file), join(folder, file));
    }
    await runSteps(context, candidate, folder);
    await writeFile(marker, `${digest}\n`);
  });
  return prepared;
};

const runSteps = async (context: StageContext, candidate: Candidate, folder: string): Promise<void> => {
  const logFile = join(context.logFolder, `prepare-${candidate.name}.log`);
  // One target folder for all Rust candidates: what they have in common is compiled once.
  const env = { ...(process.env as Record<string, string>), CARGO_TARGET_DIR: join(context.cacheFolder, 'cargo') };
  for (const command of candidate.prepare) {
    context.progress(`${candidate.name}: ${command.join(' ')}`);
    try {
      await context.host.run(command as [string, ...string[]], { cwd: folder, env, logFile, signal: context.signal });
    } catch (cause) {
      context.signal.throwIfAborted();
      throw new PitwallError('candidate.prepare-failed', `${candidate.name}: ${messageOf(cause)}`, {
        cause,
      });
    }
  }
};

/**
 * Versions of packages as its lock file has them; what no lock file names is left out.
 * Understands requirements files (`name==1.2`), Cargo.lock and package-lock.json.
 */
export const readLockedVersions = (folder: string, packages: readonly string[]): Readonly<Record<string, string>> => {
  const found: Record<string, string> = {};
  for (const file of sourceFiles(folder)) {
    const parse = lockFileParsers.find(({ matches }) => matches.test(file))?.version;
    if (parse === undefined) continue;
    const text = readFileSync(join(folder, file), 'utf8');
    for (const name of packages) {
      const version = parse(text, name);
      if (version !== undefined) found[name] ??= version;
    }
  }
  return found;
};

const escapeRegExp = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

const lockFileParsers: readonly { matches: RegExp; version(text: string, name: string): string | undefined }[] = [
  {
    matches: /^(requirements.*\.(txt|lock))$/,
    version: (text, name) => new RegExp(`^${escapeRegExp(name)}(?:\\[.*\\])?==([^\\s;\\\\]+)`, 'im').exec(text)?.[1],
  },
  {
    matches: /^Cargo\.lock$/,
    version: (text, name) => new RegExp(`^name = "${escapeRegExp(name)}"\\nversion = "(.+)"$`, 'm').exec(text)?.[1],
  },
  {
    matches: /^package-lock\.json$/,
    version: (text, name) => {
      const lock = JSON.parse(text) as { packages?: Record<string, { version?: string }> };
      return lock.packages?.[`node_modules/${name}`]?.version;
    },
  },
];
