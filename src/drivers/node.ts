import type { DriverEntry } from './entry.ts';

export const nodeDrivers: readonly DriverEntry[] = [
  {
    name: 'Prisma',
    layer: 'orm',
    packages: ['@prisma/client', 'prisma', '@prisma/adapter-pg'],
    source: '@prisma/adapter-pg',
    settings: {
      cache: {
        text: '`new PrismaPg(config, { statementNameGenerator })` with a name for each text',
        names: ['PrismaPg', 'statementNameGenerator'],
      },
      prefetch: { text: '`include` instead of a query for each row', names: ['include'], source: '@prisma/client' },
    },
  },
  {
    name: 'TypeORM',
    layer: 'orm',
    packages: ['typeorm', '@nestjs/typeorm'],
    settings: {
      autocommit: { text: '`save(entity, { transaction: false })`', names: ['save', 'transaction'] },
      prefetch: {
        text: '`relations` in `find`, or `leftJoinAndSelect`, instead of lazy relations',
        names: ['relations', 'find', 'leftJoinAndSelect'],
      },
    },
  },
  {
    name: 'Sequelize',
    layer: 'orm',
    packages: ['sequelize', 'sequelize-typescript'],
    settings: {
      prefetch: { text: '`include` in `findAll`', names: ['include', 'findAll'] },
    },
  },
  {
    name: 'Drizzle',
    layer: 'orm',
    packages: ['drizzle-orm'],
    settings: {
      cache: { text: '`.prepare(name)` once for each query', names: ['prepare'] },
      prefetch: { text: '`db.query` with `with`, or `leftJoin`', names: ['query', 'with', 'leftJoin'] },
    },
  },
  {
    name: 'pg-promise',
    layer: 'pool',
    packages: ['pg-promise'],
    settings: {
      cache: { text: 'a `PreparedStatement` with a name', names: ['PreparedStatement'] },
      pipeline: {
        text: '`helpers.concat` with `multi`, or one statement with `json_agg`',
        names: ['helpers', 'concat', 'multi'],
      },
    },
  },
  {
    name: 'pg',
    layer: 'driver',
    packages: ['pg', 'pg-pool', '@fastify/postgres'],
    settings: {
      cache: { text: 'a `name` in the query object', names: ['name'] },
      persist: { text: 'one `Pool` for the process', names: ['Pool'] },
      pipeline: {
        text: '`pipeline: true` on the client where your release has it, or one statement with `json_agg`',
        names: ['pipeline'],
      },
    },
  },
  {
    name: 'postgres.js',
    layer: 'driver',
    packages: ['postgres'],
    settings: {
      cache: {
        text: '`prepare: true`, and the same text each time instead of values in `sql.unsafe`',
        names: ['prepare', 'unsafe'],
      },
      persist: { text: 'one `postgres()` for the process', names: ['postgres'] },
      pipeline: {
        text: '`Promise.all` on one connection (`sql.begin` or `max: 1`): postgres.js pipelines by itself',
        names: ['begin', 'max'],
      },
      fetch: { text: 'more rows for each `cursor`', names: ['cursor'] },
    },
  },
];
