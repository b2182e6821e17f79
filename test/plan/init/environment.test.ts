import { expect, test } from 'vitest';
import { findApp } from '../../../src/plan/index.ts';
import { fillDatabase } from '../../../src/plan/init/environment.ts';
import { makeApp } from './app-folders.ts';

const parts = '${database.user}:${database.password}@${database.host}:${database.port}/${database.name}';

test.each([
  ['DB_HOST', 'localhost', '${database.host}'],
  ['DB_HOST', 'localhost:5432', '${database.host}:${database.port}'],
  ['POSTGRES_SERVER', '', '${database.host}'],
  ['DBHOST', '', '${database.host}'],
  ['CONDUIT_DATABASE_PORT', '5432', '${database.port}'],
  ['DB_USERNAME', 'me', '${database.user}'],
  ['POSTGRES_PASSWORD', 'me', '${database.password}'],
  ['POSTGRES_DB', 'shop', '${database.name}'],
  ['DATABASE_NAME', '', '${database.name}'],
  ['TYPEORM_DATABASE', '', '${database.name}'],
  ['DB_SSL', 'true', 'false'],
  ['DB_SSLMODE', 'require', 'disable'],
  ['DATABASE_URL', '', '${database.url}'],
  ['DATABASE_URL', 'postgresql://me:me@localhost:5432/shop?schema=public', `postgresql://${parts}?schema=public`],
  ['SQLALCHEMY_DATABASE_URI', 'postgresql+asyncpg://me@db/shop', `postgresql+asyncpg://${parts}`],
  ['STORE', 'postgres://localhost/shop?sslmode=require&x=1', `postgres://${parts}?sslmode=disable&x=1`],
  ['JDBC_URL', 'jdbc:postgresql://localhost/shop', '${database.jdbcUrl}'],
  ['REDIS_HOST', 'localhost', undefined],
  ['REDIS_DB_HOST', 'localhost', undefined],
  ['APP_NAME', 'shop', undefined],
  ['DB_POOL_SIZE', '5', undefined],
  ['DB_DIALECT', 'postgres', undefined],
])('%s=%s becomes %s', (name, example, expected) => expect(fillDatabase(name, example)).toBe(expected));

test('an example of the environment is taken, its addresses are pitwall’s, and a secret is invented', () => {
  using app = makeApp({
    'package.json': '{"scripts": {"start": "node x.js"}}',
    '.env': 'REAL_SECRET=do-not-read\nDB_PASSWORD=mine',
    '.env.example': `# where\nAPP_PORT=3000\nexport PAGE_SIZE="20" # rows\nJWT_SECRET=\nREDIS_URL=redis://localhost\nDB_PASS='x'\nEMPTY=\n`,
    'x.js': 'process.env.ONLY_READ; process.env.PORT; process.env.PGHOST; const { DB_USER, DB_NAME } = process.env;',
  });
  const { env, database, invented, unset, services } = findApp(app.folder)!.environment;
  expect(env).toEqual({
    NODE_ENV: 'production',
    APP_PORT: '{port}',
    PAGE_SIZE: '20',
    JWT_SECRET: expect.stringContaining('only-for-races') as string,
    REDIS_URL: 'redis://localhost',
    DB_PASS: '${database.password}',
    DB_USER: '${database.user}',
    DB_NAME: '${database.name}',
  });
  expect(database.toSorted()).toEqual(['DB_NAME', 'DB_PASS', 'DB_USER', 'PGHOST']);
  expect(invented).toEqual(['JWT_SECRET']);
  expect(unset).toEqual(['EMPTY', 'ONLY_READ']);
  expect(services).toEqual(['REDIS']);
});
