import type { DriverEntry } from './entry.ts';

export const dotnetDrivers: readonly DriverEntry[] = [
  {
    name: 'Entity Framework',
    layer: 'orm',
    packages: ['Npgsql.EntityFrameworkCore.PostgreSQL'],
    source: 'Microsoft.EntityFrameworkCore',
    settings: {
      prefetch: { text: '`Include`', names: ['Include'] },
    },
  },
  {
    name: 'Npgsql',
    layer: 'driver',
    packages: ['Npgsql', 'Npgsql.DependencyInjection', 'Npgsql.EntityFrameworkCore.PostgreSQL'],
    settings: {
      cache: { text: '`Max Auto Prepare` above 0 in the connection string', names: ['MaxAutoPrepare'] },
      reset: { text: '`No Reset On Close=true`', names: ['NoResetOnClose'] },
      persist: { text: '`Pooling=true`', names: ['Pooling'] },
      pipeline: { text: '`NpgsqlBatch`', names: ['NpgsqlBatch'] },
    },
  },
];
