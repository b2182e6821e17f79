import type { Ecosystem } from './ecosystem.ts';

/** Of these little more than the usual commands is known: what they answer is for their owners to write. */
export const elixir: Ecosystem = {
  what: 'an Elixir app',
  language: 'elixir',
  signs: ['mix.exs'],
  sources: /\.exs?$/,
  variables: [/\b(?:get_env|fetch_env!?)\(\s*"([A-Z][A-Z0-9_]*)"/g],
  examine: (app) => ({
    requires: ['mix'],
    prepare: [
      ['env', 'MIX_ENV=prod', 'mix', 'deps.get', '--only', 'prod'],
      ['env', 'MIX_ENV=prod', 'mix', 'compile'],
    ],
    start: /:phoenix\b/.test(app.read('mix.exs')) ? ['mix', 'phx.server'] : ['mix', 'run', '--no-halt'],
    startFrom: 'mix.exs',
    env: { MIX_ENV: 'prod', DATABASE_URL: '${database.url}' },
  }),
};

export const php: Ecosystem = {
  what: 'a PHP app',
  language: 'php',
  signs: ['composer.json'],
  // Laravel has a package.json for its pages, and so has many a plain one.
  isMeant: (app) => app.has('artisan') || app.has('public/index.php') || app.has('index.php'),
  sources: /\.php$/,
  variables: [/\b(?:env|getenv)\(\s*['"]([A-Z][A-Z0-9_]*)['"]/g],
  examine: (app) => ({
    requires: ['php', 'composer'],
    prepare: [['composer', 'install', '--no-interaction', '--no-dev']],
    start: app.has('artisan')
      ? ['php', 'artisan', 'serve', '--host={host}', '--port={port}']
      : ['php', '-S', '{host}:{port}', ...(app.has('public/index.php') ? ['-t', 'public'] : [])],
    startFrom: app.has('artisan') ? 'artisan' : 'index.php',
    notes: ['PHP’s own development server is raced: write the command of another one if it has one.'],
  }),
};
