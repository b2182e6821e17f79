// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are placeholders of pitwall.
import { describe, expect, test } from 'vitest';
import { databaseAddresses } from '../../../src/components/app/database-addresses.ts';
import { databasePlaceholders, fillPlaceholders, findUnknownPlaceholder } from '../../../src/plan/index.ts';

const endpoint = {
  host: '10.0.0.1',
  port: 5433,
  user: 'app',
  password: 'a-b_c',
  database: 'race',
  caFile: '/run/ca.crt',
};

describe('the address of the database', () => {
  test('has a value for every placeholder', () => {
    expect(Object.keys(databaseAddresses(endpoint, 'verify')).sort()).toEqual(Object.keys(databasePlaceholders).sort());
  });

  test.each([
    { tls: 'verify', mode: 'verify-full', ca: '/run/ca.crt' },
    { tls: 'require', mode: 'require', ca: null },
    { tls: 'off', mode: 'disable', ca: null },
  ] as const)('says in every URL what TLS is: $tls', ({ tls, mode, ca }) => {
    const { url, jdbcUrl, sqlalchemyUrl, asyncpgUrl } = databaseAddresses(endpoint, tls);
    for (const text of [url, jdbcUrl.replace('jdbc:', ''), sqlalchemyUrl]) {
      const { hostname, port, pathname, searchParams } = new URL(text);
      expect([hostname, port, pathname]).toEqual(['10.0.0.1', '5433', '/race']);
      expect([searchParams.get('sslmode'), searchParams.get('sslrootcert')]).toEqual([mode, ca]);
    }
    expect(asyncpgUrl).toBe(`postgresql+asyncpg://app:a-b_c@10.0.0.1:5433/race?ssl=${mode}`);
  });
});

describe('placeholders', () => {
  test('that are the app’s own stay, unknown ones of pitwall’s are told', () => {
    expect(fillPlaceholders('${HOME} ${database.host} ${settings.pool} {x}', { 'database.host': 'h' })).toBe(
      '${HOME} h ${settings.pool} {x}',
    );
    expect(findUnknownPlaceholder('${HOME} ${database.name}')).toBeUndefined();
    expect(findUnknownPlaceholder('x${database.toString}')).toMatch(/^\$\{database.toString\} stands for nothing/);
  });
});
