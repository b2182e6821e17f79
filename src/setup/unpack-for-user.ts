import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { PitwallError } from '../base/index.ts';
import { type AptPackage, impatient, ownAptOptions, parseSimulation } from './apt-text.ts';
import type { SetupHost } from './find-parts.ts';
import { aptEnv, updateLists } from './install-as-root.ts';
import type { ToolsFolder } from './tools-folder.ts';
import { relocateLinkerScript } from './wrappers.ts';

/** Debian's packages, fetched and unpacked into a folder of the user's own. Nothing of the machine changes. */
export interface Unpacker {
  /**
   * Unpacks these packages and all that they need and the machine lacks.
   * @throws PitwallError `setup.impossible` where they cannot be had.
   */
  unpack(packages: readonly string[]): Promise<void>;
}

/** Fetches the lists of packages once. */
export const createUnpacker = async (
  host: SetupHost,
  { path, root, logFile }: ToolsFolder,
  signal: AbortSignal,
): Promise<Unpacker> => {
  const apt = join(path, 'apt');
  for (const folder of ['state/lists/partial', 'cache/archives/partial']) {
    mkdirSync(join(apt, folder), { recursive: true });
  }
  const options = ownAptOptions(apt);
  const withoutLists = await updateLists(host, options, { logFile, signal });
  /** What these packages need and the machine lacks; empty where apt does not know one of them. */
  const simulate = async (packages: readonly string[]): Promise<readonly AptPackage[]> => {
    const answer = join(path, 'simulation.txt');
    rmSync(answer, { force: true });
    const command = ['apt-get', ...impatient, ...options, 'install', '--simulate', '--no-install-recommends'] as const;
    try {
      await host.run([...command, ...packages], { env: aptEnv(), logFile: answer, signal });
    } catch (cause) {
      signal.throwIfAborted();
      throw new PitwallError('setup.impossible', withoutLists ?? `apt does not offer ${packages.join(' and ')}.`, {
        cause,
      });
    }
    return parseSimulation(readFileSync(answer, 'utf8'));
  };
  return {
    unpack: async (packages) => {
      const needed = await simulate(packages);
      if (needed.length === 0) {
        throw new PitwallError('setup.impossible', `apt has nothing to install for ${packages.join(' and ')}.`);
      }
      const archives = join(path, 'archives');
      rmSync(archives, { recursive: true, force: true });
      mkdirSync(archives, { recursive: true });
      const versions = needed.map(({ name, version }) => `${name}=${version}`);
      await host.run(['apt-get', ...impatient, ...options, 'download', ...versions], {
        cwd: archives,
        env: aptEnv(),
        logFile,
        signal,
      });
      mkdirSync(root, { recursive: true });
      for (const archive of readdirSync(archives)) {
        await host.run(['dpkg-deb', '--extract', join(archives, archive), root], { logFile, signal });
      }
      rmSync(archives, { recursive: true, force: true });
      mendLinks(root);
    },
  };
};

/**
 * Packages refer to files of other packages that the machine has already, and that were therefore not unpacked:
 * links are led to the machine's own, and linker scripts to whichever place has the file.
 */
const mendLinks = (root: string): void => {
  const libraries = join(root, 'usr/lib');
  if (!existsSync(libraries)) return;
  for (const entry of readdirSync(libraries, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isSymbolicLink()) mendLink(path, root);
    else if (entry.isFile() && /\.(so|a)$/.test(entry.name)) mendLinkerScript(path, root);
  }
};

const mendLink = (path: string, root: string): void => {
  if (existsSync(path)) return;
  const target = readlinkSync(path);
  const inRoot = target.startsWith('/') ? target : resolve(dirname(path), target).slice(root.length);
  const place = [`${root}${inRoot}`, inRoot].find((file) => existsSync(file));
  if (place === undefined) return;
  rmSync(path);
  symlinkSync(place, path);
};

/** A linker script begins with a comment and is a few hundred bytes long; a library is neither. */
const mendLinkerScript = (path: string, root: string): void => {
  if (lstatSync(path).size > 4_096) return;
  const text = readFileSync(path, 'latin1');
  if (!text.startsWith('/* GNU ld script')) return;
  chmodSync(path, 0o644);
  writeFileSync(path, relocateLinkerScript(text, root, existsSync), 'latin1');
};
