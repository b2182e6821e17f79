import type { DriverEntry } from './entry.ts';

export const jvmDrivers: readonly DriverEntry[] = [
  {
    name: 'Hibernate',
    layer: 'orm',
    packages: [
      'org.hibernate.orm:hibernate-core',
      'org.hibernate:hibernate-core',
      'org.springframework.boot:spring-boot-starter-data-jpa',
      'io.quarkus:quarkus-hibernate-orm',
      'io.quarkus:quarkus-hibernate-orm-panache',
    ],
    settings: {
      pipeline: {
        text: '`hibernate.jdbc.batch_size` for writes; `join fetch` or one native query with `json_agg` for reads',
        names: ['hibernate.jdbc.batch_size'],
      },
      fetch: { text: 'a larger `hibernate.jdbc.fetch_size`', names: ['hibernate.jdbc.fetch_size'] },
      prefetch: {
        text: '`join fetch`, an `EntityGraph`, or `hibernate.default_batch_fetch_size`',
        names: ['EntityGraph', 'hibernate.default_batch_fetch_size'],
      },
    },
  },
  {
    name: 'HikariCP',
    layer: 'pool',
    packages: [
      'com.zaxxer:HikariCP',
      'org.springframework.boot:spring-boot-starter-jdbc',
      'org.springframework.boot:spring-boot-starter-data-jdbc',
      'org.springframework.boot:spring-boot-starter-data-jpa',
    ],
    settings: {
      check: {
        text: 'the system property `com.zaxxer.hikari.aliveBypassWindowMs` (500 by default): connections that were used within it are not tested',
        names: ['com.zaxxer.hikari.aliveBypassWindowMs'],
      },
      persist: { text: 'one `HikariDataSource` for the process', names: ['HikariDataSource'] },
    },
  },
  {
    name: 'pgjdbc',
    layer: 'driver',
    packages: ['org.postgresql:postgresql', 'pgjdbc'],
    source: 'org.postgresql:postgresql',
    settings: {
      cache: {
        text: '`prepareThreshold` (5 by default) and `preparedStatementCacheQueries`',
        names: ['prepareThreshold', 'preparedStatementCacheQueries'],
      },
      persist: { text: 'a pool, such as HikariCP', names: [] },
      autocommit: { text: '`setAutoCommit(true)`', names: ['setAutoCommit'] },
      pipeline: {
        text: '`addBatch` for writes; one statement with `json_agg` for reads',
        names: ['addBatch'],
      },
      fetch: {
        text: 'a larger `setFetchSize`, or `defaultRowFetchSize`',
        names: ['setFetchSize', 'defaultRowFetchSize'],
      },
      savepoints: { text: '`autosave=never`', names: ['autosave'] },
    },
  },
];
