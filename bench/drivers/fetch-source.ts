import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Ecosystem } from '../../src/drivers/index.ts';

/** Puts the source of a package below a folder; undefined where the client is not installed. */
export type FetchSource = (name: string, folder: string) => string | undefined;

const run = (command: string, args: readonly string[], cwd: string): string =>
  execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: 2 ** 26 });

const has = (command: string): boolean => spawnSync('which', [command]).status === 0;

const unpackAll = (folder: string): string => {
  for (const file of readdirSync(folder)) {
    if (/\.(whl|jar|nupkg)$/.test(file)) run('unzip', ['-qo', file], folder);
    else if (file.endsWith('.deb')) run('dpkg-deb', ['-x', file, '.'], folder);
    else if (/\.(tgz|tar\.gz)$/.test(file)) run('tar', ['xf', file], folder);
  }
  return folder;
};

/** RubyGems is no registry that every machine reaches; Debian packages the same sources. */
const debianPackages: Readonly<Record<string, string>> = { activerecord: 'ruby-activerecord', pg: 'ruby-pg' };

/** Sources of artifacts that Maven needs a version of. */
const mavenVersions: Readonly<Record<string, string>> = {
  'org.postgresql:postgresql': '42.7.7',
  'com.zaxxer:HikariCP': '6.3.0',
  'org.hibernate.orm:hibernate-core': '6.6.15.Final',
};

export const fetchers: Readonly<Partial<Record<Ecosystem, FetchSource>>> = {
  python(name, folder) {
    if (!has('python3')) return undefined;
    run('python3', ['-m', 'pip', 'download', '--quiet', '--no-deps', '--dest', folder, name], folder);
    return unpackAll(folder);
  },
  node(name, folder) {
    run('npm', ['pack', '--silent', name], folder);
    return unpackAll(folder);
  },
  rust(name, folder) {
    if (!has('cargo')) return undefined;
    mkdirSync(join(folder, 'src'));
    writeFileSync(join(folder, 'src', 'lib.rs'), '');
    const dependency = `${name} = { version = "*", default-features = false }`;
    const manifest = `[package]\nname = "names"\nversion = "0.1.0"\nedition = "2021"\n\n[dependencies]\n${dependency}\n`;
    writeFileSync(join(folder, 'Cargo.toml'), manifest);
    run('cargo', ['vendor', '--quiet', 'vendored'], folder);
    return join(folder, 'vendored', name);
  },
  go(name, folder) {
    if (!has('go')) return undefined;
    // The standard library comes with Go itself.
    if (!name.split('/')[0]!.includes('.')) return join(run('go', ['env', 'GOROOT'], folder).trim(), 'src', name);
    return (JSON.parse(run('go', ['mod', 'download', '-json', `${name}@latest`], folder)) as { Dir: string }).Dir;
  },
  jvm(name, folder) {
    if (!has('mvn')) return undefined;
    const artifact = `${name}:${mavenVersions[name]}:jar:sources`;
    run('mvn', ['-q', '-B', 'dependency:copy', `-Dartifact=${artifact}`, `-DoutputDirectory=${folder}`], folder);
    return unpackAll(folder);
  },
  ruby(name, folder) {
    const debian = debianPackages[name];
    if (debian === undefined || !has('apt-get')) return undefined;
    run('apt-get', ['-q', 'download', debian], folder);
    return unpackAll(folder);
  },
};
