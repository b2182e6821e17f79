/** What `${database.NAME}` stands for in a candidate's commands, environment and files, by NAME. */
export const databasePlaceholders = {
  host: 'where the database, or the pooler in front of it, listens',
  port: 'its port',
  user: 'the role that owns the database',
  password: 'its password',
  name: 'the database',
  sslMode: 'verify-full, require or disable, as libpq calls them',
  caFile: 'PEM file of the authority that signed the certificate',
  url: 'postgres:// with all of it, as libpq, pgx, sqlx and node-postgres read it',
  jdbcUrl: 'jdbc:postgresql:// with all of it',
  sqlalchemyUrl: 'postgresql:// for SQLAlchemy with psycopg',
  asyncpgUrl: 'postgresql+asyncpg:// for SQLAlchemy with asyncpg',
} as const;

export type DatabasePlaceholder = keyof typeof databasePlaceholders;

const placeholder = /\$\{(database|server|settings)\.([^}]*)\}/g;
const namesOf = {
  database: Object.keys(databasePlaceholders),
  server: ['host', 'port'],
  settings: ['workers', 'pool', 'threads'],
} as const;

/** The first of pitwall's own placeholders that means nothing, as a sentence; other `${...}` are the app's. */
export const findUnknownPlaceholder = (text: string): string | undefined => {
  for (const [whole, group, name] of text.matchAll(placeholder)) {
    const names: readonly string[] = namesOf[group as keyof typeof namesOf];
    if (!names.includes(name!)) return `${whole} stands for nothing. There are ${group}.${names.join(`, ${group}.`)}.`;
  }
  return undefined;
};

/** Fills in pitwall's own placeholders; what has no value stays as it is. */
export const fillPlaceholders = (text: string, values: Readonly<Record<string, string>>): string =>
  text.replace(placeholder, (whole, group: string, name: string) => {
    const key = `${group}.${name}`;
    return Object.hasOwn(values, key) ? values[key]! : whole;
  });
