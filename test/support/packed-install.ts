import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { repository } from './race-folder.ts';

export interface Workplace extends Disposable {
  /** Holds `pitwall/`, a copy of this repository that was not built, and `shop/`, a project without pitwall. */
  readonly folder: string;
  /** Where a global install goes. */
  readonly prefix: string;
}

/** What lies in a working copy beside the sources. */
const notSources = new Set(['.git', 'node_modules', 'dist', 'results', 'coverage', 'artifacts']);

export const makeWorkplace = (): Workplace => {
  const folder = mkdtempSync(join(tmpdir(), 'pitwall-packed-'));
  const pitwall = join(folder, 'pitwall');
  const project = join(folder, 'shop');
  const prefix = join(folder, 'prefix');
  for (const made of [pitwall, project, prefix]) mkdirSync(made);
  for (const name of readdirSync(repository).filter((entry) => !notSources.has(entry))) {
    cpSync(join(repository, name), join(pitwall, name), { recursive: true });
  }
  symlinkSync(join(repository, 'node_modules'), join(pitwall, 'node_modules'));
  writeFileSync(join(project, 'package.json'), JSON.stringify({ name: 'shop', version: '1.0.0', private: true }));
  writeFileSync(join(project, 'package-lock.json'), JSON.stringify(lockOfDependencies()));
  return { folder, prefix, [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }) };
};

/** This package's dependencies at its own lock's versions: what npm has in its cache, and the same on every day. */
const lockOfDependencies = (): object => {
  const lock = JSON.parse(readFileSync(join(repository, 'package-lock.json'), 'utf8')) as {
    packages: Readonly<Record<string, { readonly dev?: boolean }>>;
  };
  const kept = Object.entries(lock.packages).filter(([path, { dev }]) => path !== '' && dev !== true);
  return {
    name: 'shop',
    version: '1.0.0',
    lockfileVersion: 3,
    requires: true,
    packages: { '': { name: 'shop', version: '1.0.0' }, ...Object.fromEntries(kept) },
  };
};

export interface RunLine {
  readonly line: string;
  readonly code: number;
  readonly output: string;
}

const marker = '==exit-code==';

/**
 * Runs lines one after another in one shell, as if they were typed: each in the folder that the ones before led to.
 * All of them are ended when `timeoutMs` have passed; those that had no turn are missing then.
 */
export const runLines = async (
  { folder, prefix }: Workplace,
  lines: readonly string[],
  timeoutMs: number,
): Promise<readonly RunLine[]> => {
  const script = lines.map((line) => `${line}\nprintf '\\n${marker}%d\\n' $?\n`).join('');
  const shell = spawn('bash', ['-c', script], {
    cwd: folder,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...ownEnvironment(),
      PATH: `${join(prefix, 'bin')}:${process.env['PATH']}`,
      npm_config_prefix: prefix,
      npm_config_prefer_offline: 'true',
    },
  });
  let output = '';
  for (const stream of [shell.stdout, shell.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
  }
  // The whole group: a shell that is ended alone leaves behind what it waits for.
  const timer = setTimeout(() => process.kill(-shell.pid!, 'SIGKILL'), timeoutMs);
  await new Promise((resolve) => shell.once('close', resolve));
  clearTimeout(timer);
  const parts = output.split(new RegExp(`\\n${marker}(\\d+)\\n`));
  return lines.flatMap((line, index) => {
    const code = parts[2 * index + 1];
    return code === undefined ? [] : [{ line, code: Number(code), output: parts[2 * index]! }];
  });
};

/** What `npm test` puts into the environment for its own scripts (its folder, its configuration) is none of a user's. */
const ownEnvironment = (): NodeJS.ProcessEnv =>
  Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(npm_|INIT_CWD$|NODE_ENV$|VITEST|TEST$)/i.test(name)),
  );

/** The shell lines of the README's section of this title, comments taken off. */
export const readmeLines = (title: string): readonly string[] => {
  const readme = readFileSync(join(repository, 'README.md'), 'utf8');
  const section = readme.split(/^## /m).find((part) => part.startsWith(`${title}\n`)) ?? '';
  return [...section.matchAll(/^```sh\n(.*?)^```/gms)].flatMap(([, block]) =>
    block!
      .split('\n')
      .map((line) => line.replace(/\s+#.*$/, ''))
      .filter((line) => line !== ''),
  );
};
