// npm leaves optional packages of other platforms out of package-lock.json when it cannot fetch them, and then
// `npm ci` refuses the lock as out of step. This has npm look up every package that has no hash yet, and adds those that it
// cannot find without one. Run it after a change of a dependency.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const file = new URL('../package-lock.json', import.meta.url);
const readLock = () => JSON.parse(readFileSync(file, 'utf8'));
const writeLock = (content) => writeFileSync(file, `${JSON.stringify(content, null, 2)}\n`);

const before = readLock();
const hashed = Object.entries(before.packages).filter(
  ([path, { integrity, link }]) => path === '' || integrity || link,
);
writeLock({ ...before, packages: Object.fromEntries(hashed) });
execFileSync(
  'npm',
  [
    'install',
    '--package-lock-only',
    '--ignore-scripts',
    '--omit-lockfile-registry-resolved',
    '--no-audit',
    '--no-fund',
  ],
  { cwd: fileURLToPath(new URL('..', import.meta.url)), stdio: 'inherit' },
);
const lock = readLock();

const systems = ['aix', 'android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'openharmony', 'sunos', 'win32'];
const processors = {
  arm64: 'arm64',
  aarch64: 'arm64',
  x64: 'x64',
  ia32: 'ia32',
  arm: 'arm',
  armv7: 'arm',
  ppc64: 'ppc64',
  ppc64le: 'ppc64',
  riscv64: 'riscv64',
  riscv64gc: 'riscv64',
  s390x: 's390x',
  loong64: 'loong64',
  mips64el: 'mips64el',
  wasm32: 'wasm32',
};

/** Without os and cpu, npm would try to install a foreign package here. */
const platformOf = (name) => {
  const words = name.split('/').at(-1).replace('windows', 'win32').split(/[-.]/);
  const os = name.includes('fsevents') ? 'darwin' : words.find((word) => systems.includes(word));
  const cpu = words.map((word) => processors[word]).find((word) => word !== undefined);
  return { ...(cpu === undefined ? {} : { cpu: [cpu] }), ...(os === undefined ? {} : { os: [os] }) };
};

const added = [];
for (const [path, entry] of Object.entries(lock.packages)) {
  for (const [name, range] of Object.entries(entry.optionalDependencies ?? {})) {
    const places = [`${path}/node_modules/${name}`, `node_modules/${name}`];
    if (places.some((place) => lock.packages[place] !== undefined)) continue;
    lock.packages[`node_modules/${name}`] = {
      version: range.replace(/^[~^]/, ''),
      ...platformOf(name),
      ...(entry.dev ? { dev: true } : {}),
      optional: true,
    };
    added.push(name);
  }
}
const sorted = Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1));
writeLock({ ...lock, packages: Object.fromEntries(sorted) });
const list = added.length === 0 ? 'none' : added.join(', ');
process.stdout.write(`package-lock.json: optional packages that were not to be found, without a hash: ${list}\n`);
