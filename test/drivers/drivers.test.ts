import { describe, expect, test } from 'vitest';
import { type DriverEntry, describeSetting, drivers, findDrivers, type Setting } from '../../src/drivers/index.ts';

const entries = Object.values(drivers).flat();
const takeSettings = ({ settings, above = {} }: DriverEntry): readonly Setting[] =>
  [settings, ...Object.values(above)].flatMap((some) => Object.values(some));

/** Words in backticks that are SQL, or another package, and so stand in no source of the driver. */
const others =
  /json_agg|Promise\.all|futures::try_join|^join fetch$|BEGIN|COMMIT|^(deadpool|bb8|tokio)-postgres$|^r2d2_postgres$/;

test.each(entries.map((entry) => [entry.name, entry] as const))(
  'what advice says of %s has names to verify',
  (_, entry) => {
    for (const { text, names } of takeSettings(entry)) {
      const codes = [...text.matchAll(/`([^`]+)`/g)].map(([, code]) => code!);
      for (const name of names) {
        const isWritten = text.includes(name) || text.replaceAll(' ', '').includes(name);
        expect(isWritten, `${name} in: ${text}`).toBe(true);
      }
      for (const code of codes.filter((one) => !others.test(one))) {
        const isNamed = names.some((name) => code.replaceAll(' ', '').includes(name));
        const isOfAnother = entries.some(
          (other) => other !== entry && takeSettings(other).some((s) => s.names.includes(code)),
        );
        expect(isNamed || isOfAnother, `${code} in: ${text}`).toBe(true);
      }
    }
  },
);

describe('the setting that is told', () => {
  test('is the upper one’s where both have one, and the lower one’s where the upper has none', () => {
    const stack = findDrivers('python', ['sqlalchemy', 'psycopg']);
    expect(describeSetting(stack, 'check')).toContain('pool_pre_ping');
    expect(describeSetting(stack, 'cache')).toContain('prepare_threshold');
  });

  test('is another above another driver', () => {
    expect(describeSetting(findDrivers('python', ['sqlalchemy', 'asyncpg']), 'cache')).toContain(
      'prepared_statement_cache_size',
    );
    expect(describeSetting(findDrivers('rust', ['diesel-async', 'bb8']), 'cache')).toContain('CacheSize');
  });

  test('is in general words without a driver', () => {
    expect(describeSetting([], 'cache')).toBe("the driver's statement cache, or a named prepared statement");
  });

  test.each([
    ['go', 'github.com/jackc/pgx/v5'],
    ['go', 'github.com/lib/pq'],
    ['rust', 'tokio-postgres'],
    ['rust', 'sqlx'],
    ['typescript', 'pg'],
    ['typescript', 'postgres'],
    ['python', 'asyncpg'],
    ['C#', 'Npgsql'],
  ])('in %s is no autocommit mode of %s, which has none', (language, name) => {
    expect(describeSetting(findDrivers(language, [name]), 'autocommit')).not.toMatch(/autocommit/i);
  });
});
