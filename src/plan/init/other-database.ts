import type { AppFolder } from './app-folder.ts';

const manifests =
  /^(package\.json|requirements.*\.txt|requirements\/.*\.txt|pyproject\.toml|Pipfile|Cargo\.toml|go\.mod|Gemfile|pom\.xml|build\.gradle(\.kts)?|(.*\/)?schema\.prisma)$/;
const postgres = /"pg"|"pg-promise"|postgres|psycopg|asyncpg|\bpgx\b|\blib\/pq\b|['"]pg['"]/i;
/** Names of packages, by the database that they speak to. */
const others = {
  MySQL: /mysql|mariadb/i,
  MongoDB: /mongo/i,
  SQLite: /sqlite/i,
  'SQL Server': /mssql|sqlserver|tedious/i,
} as const;

/** The database that an app's packages speak to, where none of them speaks to Postgres. */
export const findOtherDatabase = (app: AppFolder): string | undefined => {
  const text = app
    .find(manifests)
    .map((file) => file.text)
    .join('\n');
  if (postgres.test(text)) return undefined;
  return Object.entries(others).find(([, names]) => names.test(text))?.[0];
};

/** Where an address of a database stands in a source. */
export const findWrittenAddress = (app: AppFolder, sources: RegExp): string | undefined => {
  for (const { path, text } of app.find(sources)) {
    const at =
      /['"`]?(postgres(ql)?(\+\w+)?|jdbc:postgresql):\/\/|\bhost:\s*['"](localhost|127\.0\.0\.1|db|postgres)['"]|['"]HOST['"]:\s*['"]|django\.db\.backends\.sqlite3/.exec(
        text,
      )?.index;
    if (at !== undefined) return `${path}:${text.slice(0, at).split('\n').length}`;
  }
  return undefined;
};
