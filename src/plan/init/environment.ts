import type { AppFolder } from './app-folder.ts';
import type { Build, Ecosystem } from './ecosystems/ecosystem.ts';

/** What of the environment an app is given, and why. */
export interface AppEnvironment {
  readonly env: Readonly<Record<string, string>>;
  /** Names that carry a part of the database's address. */
  readonly database: readonly string[];
  /** Names whose values are pitwall's inventions. */
  readonly invented: readonly string[];
  /** Names that its sources read and nobody gives a value. */
  readonly unset: readonly string[];
  /** Other services that it seems to need. */
  readonly services: readonly string[];
}

const examples =
  /^(\.env\.(example|sample|template|dist|defaults?)|(example|sample|default|template)\.env|\.env[-_]example|env\.example|dotenv\.example)$/;

/** Read by all programs, given by pitwall anyway, or no matter of the app's. */
const given =
  /^(PG(HOST|PORT|USER|PASSWORD|DATABASE|SSLMODE|SSLROOTCERT)|HOST|PORT|PATH|HOME|USER|PWD|SHELL|LANG|TZ|TMPDIR|CI|DEBUG|DOTENV\w*|npm_\w*|VERCEL\w*|NODE_ENV)$/;
const ofDatabase = '(?:DB|DATABASE|POSTGRES|POSTGRESQL|PG|PGSQL|RDS|DATASOURCE|TYPEORM|SQL|SQLALCHEMY)';
const isOfDatabase = new RegExp(`(?:^|_)${ofDatabase}(?:_|$|(?=HOST|PORT|USER|PASS|NAME|URL|URI))`);
const addressUrl = /^(postgres(ql)?(\+\w+)?|jdbc:postgresql):\/\//;

interface Rule {
  readonly name: RegExp;
  fill(example: string): string;
}

/** Parts of the database's address, by how their names end; the first that fits. */
const databaseParts: readonly Rule[] = [
  {
    name: /(HOST|HOSTNAME|SERVER|ADDR|ADDRESS)$/,
    fill: (example) => (/:\d+$/.test(example) ? '${database.host}:${database.port}' : '${database.host}'),
  },
  { name: /PORT$/, fill: () => '${database.port}' },
  { name: /(USER|USERNAME|USER_NAME|LOGIN)$/, fill: () => '${database.user}' },
  { name: /(PASS|PASSWORD|PWD|PASSWD)$/, fill: () => '${database.password}' },
  { name: /SSL_?MODE$/, fill: () => 'disable' },
  { name: /(SSL|TLS)(_ENABLED)?$/, fill: () => 'false' },
  { name: /(^|_)(POSTGRES|POSTGRESQL|PG)_?DB$|(NAME|DATABASE|DBNAME)$/, fill: () => '${database.name}' },
];
const isUrlName = /(URL|URI|DSN|CONNECTION(_?STRING)?|CONN_?STR)$/;
const ownPort =
  /^(?:\w*_)?(?:APP|SERVER|HTTP|API|LISTEN|WEB|SERVICE|NODE|BIND|BACKEND|UVICORN|ECHO|GIN|FIBER)_?PORT$|^(?:APPLICATION)_?PORT$/;
const ownHost = /^(?:APP|SERVER|HTTP|API|LISTEN|BIND|WEB|SERVICE|BACKEND)_?HOST$/;
const ownAddress = /^(?:\w+_)?(?:(?:LISTEN|BIND|SERVER|HTTP|APP)_?ADDR(?:ESS)?|ADDR)$/;
const isSecret =
  /(SECRET|SALT|PEPPER|PASSPHRASE)(_KEY|_BASE)?$|^SECRET|^(JWT|TOKEN|ENCRYPTION|SIGNING|APP|COOKIE|SESSION)_KEY$/;
const service = /(REDIS|RABBIT|AMQP|KAFKA|MONGO|ELASTIC|OPENSEARCH|MEMCACHE|CLICKHOUSE|MYSQL|MARIADB)/;
const invention = 'only-for-races-0123456789abcdef0123456789abcdef';

export const readEnvironment = (app: AppFolder, ecosystem: Ecosystem, build: Build): AppEnvironment => {
  const written = readExamples(app);
  const names = [...new Set([...written.keys(), ...namesInSources(app, ecosystem)])];
  const own = build.env ?? {};
  const env: Record<string, string> = { ...own };
  const [database, invented, unset]: [string[], string[], string[]] = [[], [], []];
  database.push(...Object.keys(own).filter((name) => own[name]!.includes('${database.')));
  for (const name of names) {
    if (name in own) continue;
    if (given.test(name)) {
      if (name.startsWith('PG')) database.push(name);
      continue;
    }
    const example = written.get(name) ?? '';
    const part = fillDatabase(name, example, build);
    const address = fillAddress(name, example);
    if (part !== undefined) {
      env[name] = part;
      database.push(name);
    } else if (address !== undefined) env[name] = address;
    else if (example !== '') env[name] = example;
    else if (isSecret.test(name)) {
      env[name] = invention;
      invented.push(name);
    } else unset.push(name);
  }
  const services = [...new Set(names.flatMap((name) => service.exec(name)?.[1] ?? []))];
  return { env, database, invented, unset, services };
};

/** Undefined where a name says nothing of a database. */
export const fillDatabase = (
  name: string,
  example: string,
  { databaseUrl = '${database.url}' }: Pick<Build, 'databaseUrl'> = {},
): string | undefined => {
  if (addressUrl.test(example)) return rewriteUrl(example);
  if (service.test(name) || !isOfDatabase.test(name)) return undefined;
  if (isUrlName.test(name) && (example === '' || /host=|:\/\//.test(example))) {
    if (/\bhost=/.test(example)) return keywordAddress;
    return databaseUrl;
  }
  return databaseParts.find((rule) => rule.name.test(name))?.fill(example);
};

const keywordAddress =
  'host=${database.host} port=${database.port} user=${database.user} password=${database.password} dbname=${database.name} sslmode=disable';

/** The app's own scheme and options, with pitwall's address between them. */
const rewriteUrl = (url: string): string => {
  if (url.startsWith('jdbc:')) return '${database.jdbcUrl}';
  const [, scheme = '', query = ''] = /^([^:]+):\/\/[^?]*(\?.*)?$/.exec(url) ?? [];
  const options = query.replace(/\b(sslmode|ssl)=[^&]*/, (_, key: string) =>
    key === 'ssl' ? 'ssl=false' : 'sslmode=disable',
  );
  return `${scheme}://\${database.user}:\${database.password}@\${database.host}:\${database.port}/\${database.name}${options}`;
};

const fillAddress = (name: string, example: string): string | undefined => {
  if (service.test(name)) return undefined;
  if (ownPort.test(name)) return '{port}';
  if (ownHost.test(name)) return '{host}';
  if (!ownAddress.test(name)) return undefined;
  return example.startsWith(':') ? ':{port}' : /^[\w.]+$/.test(example) ? '{host}' : '{host}:{port}';
};

const readExamples = (app: AppFolder): ReadonlyMap<string, string> => {
  const found = new Map<string, string>();
  for (const { text } of app.find(examples)) {
    for (const [, name, value] of text.matchAll(/^\s*(?:export\s+)?([A-Za-z_]\w*)\s*=[ \t]*(.*)$/gm)) {
      if (!found.has(name!)) found.set(name!, unquote(value!.trim()));
    }
  }
  return found;
};

const unquote = (text: string): string => {
  const [, , quoted] = /^(['"])(.*?)\1/.exec(text) ?? [];
  return quoted ?? text.replace(/\s+#.*$/, '').replace(/^#.*$/, '');
};

const namesInSources = (app: AppFolder, { sources, variables }: Ecosystem): readonly string[] =>
  // Prisma's schema names its variable itself.
  [...app.find(sources), ...app.find(/\.prisma$/)].flatMap(({ text }) =>
    variables.flatMap((pattern) =>
      [...text.matchAll(pattern)].flatMap(([, names]) =>
        names!.split(/[\s,]+/).filter((name) => /^[A-Z][A-Z0-9_]*$/.test(name)),
      ),
    ),
  );
