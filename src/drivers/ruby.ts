import type { DriverEntry } from './entry.ts';

export const rubyDrivers: readonly DriverEntry[] = [
  {
    name: 'Active Record',
    layer: 'orm',
    packages: ['activerecord', 'rails'],
    settings: {
      cache: {
        text: '`prepared_statements: true`, and `statement_limit` above the number of different statements (1,000 by default)',
        names: ['prepared_statements', 'statement_limit'],
      },
      prefetch: { text: '`includes` or `preload`', names: ['includes', 'preload'] },
    },
  },
  {
    name: 'ruby-pg',
    layer: 'driver',
    packages: ['pg'],
    settings: {
      cache: { text: '`exec_prepared` with a statement of `prepare`', names: ['exec_prepared', 'prepare'] },
      pipeline: { text: '`enter_pipeline_mode`', names: ['enter_pipeline_mode'] },
    },
  },
];
