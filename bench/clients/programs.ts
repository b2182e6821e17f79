import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A driver's program: how it is installed into a folder of its own, and run there. */
export interface Program {
  readonly driver: string;
  readonly language: string;
  /** Of the driver, as installed. */
  readonly version: string;
  /** What has to be on the machine. */
  readonly needs: readonly string[];
  readonly source: string;
  /** The source's name in the folder. */
  readonly as: string;
  /** Files beside the source. */
  readonly files?: Readonly<Record<string, string>>;
  readonly install: readonly (readonly string[])[];
  readonly command: readonly string[];
}

const python = (driver: string, version: string, packages: string, source: string): Program => ({
  driver,
  language: 'Python',
  version,
  needs: ['python3'],
  source,
  as: 'program.py',
  install: [
    ['python3', '-m', 'venv', 'venv'],
    ['venv/bin/pip', 'install', '--quiet', '--disable-pip-version-check', packages],
  ],
  command: ['venv/bin/python', 'program.py'],
});

const node = (driver: string, version: string, packages: readonly string[], source: string): Program => ({
  driver,
  language: 'JavaScript',
  version,
  needs: ['npm'],
  source,
  as: 'program.mjs',
  install: [['npm', 'install', '--silent', '--no-save', '--no-audit', '--prefix', '.', ...packages]],
  command: ['node', 'program.mjs'],
});

const cargoToml = `[package]
name = "program"
version = "0.0.0"
edition = "2021"
[dependencies]
bytes = "1"
futures-util = { version = "0.3", features = ["sink"] }
native-tls = "0.2"
postgres-native-tls = "0.5"
tokio = { version = "1", features = ["macros", "rt", "sync", "time"] }
tokio-postgres = "=0.7.13"
[[bin]]
name = "program"
path = "program.rs"
`;

const goMod = `module program
go 1.23
require github.com/jackc/pgx/v5 v5.7.5
`;

const pom = `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>program</groupId><artifactId>program</artifactId><version>0</version><dependencies><dependency>
<groupId>org.postgresql</groupId><artifactId>postgresql</artifactId><version>42.7.7</version>
</dependency></dependencies></project>
`;

export const programs: readonly Program[] = [
  {
    driver: 'libpq',
    language: 'C',
    version: "the machine's",
    needs: ['gcc', 'pg_config'],
    source: 'libpq.c',
    as: 'program.c',
    install: [['sh', '-c', 'gcc -o program program.c -I"$(pg_config --includedir)" -L"$(pg_config --libdir)" -lpq']],
    command: ['./program'],
  },
  python('psycopg', '3.3.9', 'psycopg[binary]==3.3.9', 'psycopg3.py'),
  python('asyncpg', '0.32.0', 'asyncpg==0.32.0', 'asyncpg_program.py'),
  node('node-postgres', '8.23.1', ['pg@8.23.1', 'pg-cursor@2', 'pg-copy-streams@7'], 'node-postgres.mjs'),
  node('postgres.js', '3.4.9', ['postgres@3.4.9'], 'postgres-js.mjs'),
  {
    driver: 'pgx',
    language: 'Go',
    version: '5.7.5',
    needs: ['go'],
    source: 'pgx.go',
    as: 'program.go',
    files: { 'go.mod': goMod },
    install: [
      ['go', 'mod', 'tidy'],
      ['go', 'build', '-o', 'program', '.'],
    ],
    command: ['./program'],
  },
  {
    driver: 'pgjdbc',
    language: 'Java',
    version: '42.7.7',
    needs: ['mvn', 'javac'],
    source: 'Pgjdbc.java',
    as: 'Pgjdbc.java',
    files: { 'pom.xml': pom },
    install: [
      ['mvn', '-q', '-B', 'dependency:copy-dependencies', '-DoutputDirectory=jars'],
      ['javac', '-cp', 'jars/*', 'Pgjdbc.java'],
    ],
    command: ['java', '-cp', 'jars/*:.', 'Pgjdbc'],
  },
  {
    driver: 'tokio-postgres',
    language: 'Rust',
    version: '0.7.13',
    needs: ['cargo'],
    source: 'tokio-postgres.rs',
    as: 'program.rs',
    files: { 'Cargo.toml': cargoToml },
    install: [['cargo', 'build', '--quiet']],
    command: ['target/debug/program'],
  },
];

/** Installs a program below a folder, unless that was done; undefined, with the reason, where it can't be. */
export const install = (program: Program, below: string): { folder: string } | { reason: string } => {
  const missing = program.needs.filter((tool) => spawnSync('which', [tool]).status !== 0);
  if (missing.length > 0) return { reason: `there is no ${missing.join(' and no ')}` };
  const folder = join(below, `${program.driver}-${program.version.replaceAll(/\W+/g, '-')}`);
  const marker = join(folder, '.complete');
  const isNew = !existsSync(marker);
  if (isNew) rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  copyFileSync(fileURLToPath(new URL(`programs/${program.source}`, import.meta.url)), join(folder, program.as));
  for (const [name, text] of Object.entries(program.files ?? {})) writeFileSync(join(folder, name), text);
  // What is compiled is made again, since its source may have changed; what was downloaded stays.
  const commands = isNew ? program.install : program.install.filter(([tool]) => /^(sh|go|javac|cargo)$/.test(tool!));
  for (const [tool, ...args] of commands) {
    try {
      execFileSync(tool!, args, {
        cwd: folder,
        stdio: ['ignore', 'pipe', 'pipe'],
        env: { ...process.env, GOFLAGS: '-mod=mod' },
      });
    } catch (error) {
      const said = error instanceof Error && 'stderr' in error ? String(error.stderr) : String(error);
      return { reason: `${tool} failed: ${said.trim().split('\n').slice(-12).join('\n')}` };
    }
  }
  writeFileSync(marker, '');
  return { folder };
};
