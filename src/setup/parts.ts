import type { Plan } from '../plan/index.ts';

export type PartName =
  | 'haproxy'
  | 'pgbouncer'
  | 'python'
  | 'c-compiler'
  | 'pkg-config'
  | 'openssl-headers'
  | 'cargo'
  | 'ip'
  | 'ping'
  | 'chromium'
  | 'postgresql';

/** Something that a race or a test uses and that npm does not bring. */
export interface Part {
  readonly name: PartName;
  /** As people call it. */
  readonly title: string;
  readonly use: string;
  /** It is there when this command is. */
  readonly command: string;
  /** Where the command alone does not say that the part is whole: arguments with which it has to exit with 0. */
  readonly check?: readonly string[];
  /** Arguments with which the command, once installed, shows that it runs. */
  readonly proof: readonly string[];
  /** Debian's packages, the preferred choice first: the first choice whose packages are all known is taken. */
  readonly packages: readonly (readonly string[])[];
  /** The environment variable that names another build; where it is set, nothing is installed. */
  readonly variable?: string;
  /** Nobody but root gets it: unpacked into a cache it would be of no use. */
  readonly needsRoot?: true;
  /** No race uses it. */
  readonly forTests?: true;
}

export const parts: Readonly<Record<PartName, Part>> = {
  haproxy: {
    name: 'haproxy',
    title: 'HAProxy',
    use: 'the proxy in front of a server',
    command: 'haproxy',
    proof: ['-v'],
    packages: [['haproxy']],
    variable: 'PITWALL_HAPROXY',
  },
  pgbouncer: {
    name: 'pgbouncer',
    title: 'PgBouncer',
    use: 'the pooler in front of the database',
    command: 'pgbouncer',
    proof: ['--version'],
    packages: [['pgbouncer']],
    variable: 'PITWALL_PGBOUNCER',
  },
  python: {
    name: 'python',
    title: 'Python with venv',
    use: 'the Python candidates',
    command: 'python3',
    check: ['-c', 'import ensurepip, venv'],
    proof: ['-c', 'import venv'],
    packages: [['python3', 'python3-venv']],
  },
  'c-compiler': {
    name: 'c-compiler',
    title: 'a C compiler',
    use: 'the Rust candidates',
    command: 'cc',
    proof: ['--version'],
    packages: [['gcc', 'g++', 'libc6-dev', 'make']],
  },
  'pkg-config': {
    name: 'pkg-config',
    title: 'pkg-config',
    use: 'the Rust candidates',
    command: 'pkg-config',
    proof: ['--version'],
    packages: [['pkg-config']],
  },
  'openssl-headers': {
    name: 'openssl-headers',
    title: 'the headers of OpenSSL',
    use: 'the Rust candidates',
    command: 'pkg-config',
    check: ['--exists', 'openssl'],
    proof: ['--modversion', 'openssl'],
    packages: [['libssl-dev']],
  },
  cargo: {
    name: 'cargo',
    title: 'Rust',
    use: 'the Rust candidates',
    command: 'cargo',
    // The Rust servers need 1.85 or newer; Debian 12 keeps a current Rust under another name.
    proof: ['--version'],
    packages: [
      ['cargo-web', 'rustc-web'],
      ['cargo', 'rustc'],
    ],
  },
  ip: {
    name: 'ip',
    title: 'ip',
    use: 'hosts: namespaces',
    command: 'ip',
    proof: ['-V'],
    packages: [['iproute2']],
    needsRoot: true,
  },
  ping: {
    name: 'ping',
    title: 'ping',
    use: 'links between namespaces',
    command: 'ping',
    proof: ['-V'],
    packages: [['iputils-ping']],
    needsRoot: true,
  },
  chromium: {
    name: 'chromium',
    title: 'Chromium',
    use: 'the tests of the pages',
    command: 'chromium',
    proof: ['--version'],
    packages: [['chromium']],
    forTests: true,
  },
  postgresql: {
    name: 'postgresql',
    title: "Debian's Postgres",
    use: 'the tests of the tap that use psql and pgbench (races have a Postgres from npm)',
    command: 'sh',
    check: ['-c', 'ls /usr/lib/postgresql/*/bin/postgres'],
    proof: ['-c', 'ls /usr/lib/postgresql/*/bin/postgres'],
    packages: [['postgresql']],
    needsRoot: true,
    forTests: true,
  },
};

/** The command that installs a part by hand on Debian or Ubuntu. */
export const installCommand = (name: PartName): string =>
  `sudo apt-get install -y ${parts[name].packages[0]!.join(' ')}`;

/** What the commands that a candidate requires stand for. */
const partsByCommand: Readonly<Record<string, readonly PartName[]>> = {
  python3: ['python'],
  cc: ['c-compiler'],
  'pkg-config': ['pkg-config', 'openssl-headers'],
  cargo: ['cargo'],
};

/** What the commands that a candidate requires need to be whole; a command that set-up knows nothing of needs none. */
export const listCommandParts = (commands: readonly string[]): readonly PartName[] => [
  ...new Set(commands.flatMap((command) => (Object.hasOwn(partsByCommand, command) ? partsByCommand[command]! : []))),
];

/** What a race of this plan uses. */
export const listPlanParts = (plan: Pick<Plan, 'proxy' | 'pooler' | 'hosts' | 'entries'>): readonly PartName[] => {
  const wanted = new Set<PartName>();
  if (plan.proxy !== undefined) wanted.add('haproxy');
  if (plan.pooler !== undefined) wanted.add('pgbouncer');
  if (plan.hosts === 'namespaces') for (const name of ['ip', 'ping'] as const) wanted.add(name);
  const commands = plan.entries.flatMap(({ candidate }) => candidate.requires);
  return [...new Set([...wanted, ...listCommandParts(commands)])];
};

export const allParts = Object.keys(parts) as readonly PartName[];
