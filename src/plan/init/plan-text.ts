import type { Command } from './ecosystems/ecosystem.ts';
import type { FoundApp } from './find-app.ts';

const othersShown = 8;

/** The plan of an app, with a word on where each part comes from. What could not be found out is an empty list, which a plan may not have. */
export const formatAppPlan = (app: FoundApp): string =>
  `${[
    `# ${capitalize(app.what)} (${app.sign}), as \`pitwall init\` found it. \`pitwall plan check\` says what would run, \`pitwall race\` races it.`,
    '# Every key is explained in docs/plan.md ("All in one file") and docs/candidates.md.',
    ...(app.otherDatabase === undefined ? [] : [`# ${describeOtherDatabase(app.otherDatabase)}`]),
    `name: ${scalar(app.name)}`,
    'candidates:',
    ...describeApp(app).map((line) => (line === '' ? '' : `  ${line}`)),
    `  # The same app once more under other settings, to compare the two:`,
    `  # - { use: ${app.name}, as: ${app.name}-changed, env: { NAME: value } }`,
    '',
    ...describeWorkload(app),
    '',
    '# How often and how long; more blocks give narrower intervals.',
    'blocks: 3',
    'duration: 5s',
    'warmup: 2s',
    'connections: 20',
    '# No HAProxy in front and no PgBouncer behind it: leave these lines out to have both.',
    'proxy: false',
    'pooler: false',
  ].join('\n')}\n`;

export const describeOtherDatabase = (name: string): string =>
  `Its packages speak to ${name}, and pitwall races apps on Postgres: one that can speak to both has to be told to.`;

const describeApp = ({
  name,
  language,
  build,
  migrations,
  environment,
  writtenAddress,
}: FoundApp): readonly string[] => {
  const requires = [...new Set([...build.requires, ...(migrations?.requires ?? [])])];
  return [
    `- name: ${scalar(name)}`,
    `  language: ${scalar(language)}`,
    `  requires: ${list(requires)}`,
    ...commands('prepare', build.prepare, 'How it is built, once, in a copy of this folder.'),
    ...(migrations === undefined
      ? [
          '  # No migrations were found: it makes its tables when it starts, or they are written here as `migrate: [[...]]`.',
        ]
      : commands(
          'migrate',
          migrations.migrate,
          `What makes its tables, once, in a fresh database (${migrations.tool}).`,
        )),
    ...commands('seed', migrations?.seed ?? [], 'What fills them.'),
    `  # How it is started (${build.startFrom ?? 'not found'}). {host} and {port} are filled in; PORT and HOST have them too.`,
    '  start:',
    build.start === undefined
      ? '    command: [] # WRITE HERE: the command that starts the server, such as [./server, --port, "{port}"]'
      : `    command: ${list(build.start)}`,
    ...(build.port === undefined
      ? []
      : [`  # It can be told no port: its source names this one.`, `  port: ${build.port}`]),
    ...describeEnv(environment, writtenAddress),
    '  # How it connects to the database: off, require or verify (TLS).',
    '  tls: off',
  ];
};

const describeEnv = (
  { env, database, invented, unset }: FoundApp['environment'],
  writtenAddress: string | undefined,
): readonly string[] => [
  ...(database.length > 0
    ? []
    : [
        '  # No variable was found that says where its database is. It has PGHOST, PGPORT, PGUSER, PGPASSWORD, PGDATABASE and DATABASE_URL.',
        ...(writtenAddress === undefined
          ? []
          : [`  # ${writtenAddress} names an address: it has to read one of these instead.`]),
      ]),
  ...(Object.keys(env).length === 0 ? [] : ['  env:']),
  ...Object.entries(env).map(
    ([name, value]) => `    ${name}: ${scalar(value)}${invented.includes(name) ? ' # invented' : ''}`,
  ),
  ...(unset.length === 0 ? [] : [`  # Read in its sources, and not set here: ${cut(unset)}`]),
];

const cut = (names: readonly string[]): string =>
  names.length <= mostNames
    ? names.join(', ')
    : `${names.slice(0, mostNames).join(', ')} and ${names.length - mostNames} more`;
const mostNames = 12;

const describeWorkload = ({ routes, migrations }: FoundApp): readonly string[] => {
  const [first, ...others] = routes;
  return [
    'workload:',
    ...(migrations?.schema === undefined ? [] : ['  # Its tables.', `  schema: ${scalar(`./${migrations.schema}`)}`]),
    '  # Sent to each candidate twice before the race, and compared; then they are the load.',
    ...(first === undefined
      ? ['  requests: [] # WRITE HERE: a request that it answers, such as [GET /items]']
      : [
          '  requests:',
          `    - GET ${first.path} # ${first.from}`,
          ...others
            .slice(0, othersShown)
            .map(
              ({ path, from, isGuarded }) =>
                `    # - GET ${path} # ${from}${isGuarded ? ', perhaps behind a login' : ''}`,
            ),
        ]),
  ];
};

const commands = (key: string, all: readonly Command[], why: string): readonly string[] =>
  all.length === 0 ? [] : [`  # ${why}`, `  ${key}:`, ...all.map((words) => `    - ${list(words)}`)];

const list = (words: readonly string[]): string => `[${words.map(scalar).join(', ')}]`;

/** As YAML takes it for a text, within a list too. */
const scalar = (text: string): string => {
  if (/^[A-Za-z_./][\w./-]*$/.test(text) && !/^(true|false|null)$/i.test(text)) return text;
  return /[\p{Cc}\u2028\u2029]/u.test(text) ? JSON.stringify(text) : `'${text.replaceAll("'", "''")}'`;
};

const capitalize = (text: string): string => `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
