import type { AppFolder } from './app-folder.ts';
import type { Build, Command, Ecosystem } from './ecosystems/ecosystem.ts';
import { readPackage, readScript } from './ecosystems/node.ts';

/** How an app's tables are made and filled. */
export interface Migrations {
  /** The tool or script, for people. */
  readonly tool: string;
  readonly requires?: readonly string[];
  readonly migrate: readonly Command[];
  readonly seed: readonly Command[];
  /** A file in SQL, where there are no commands. */
  readonly schema?: string;
}

interface Tool {
  readonly tool: string;
  readonly languages: readonly string[];
  isThere(app: AppFolder): boolean;
  migrate(app: AppFolder): readonly Command[];
  seed?(app: AppFolder): readonly Command[];
  readonly requires?: readonly string[];
}

const anyFile = (app: AppFolder, pattern: RegExp): boolean => app.files.some((file) => pattern.test(file));
const depends = (app: AppFolder, name: string): boolean => readPackage(app).dependencies[name] !== undefined;
const folderOf = (app: AppFolder, pattern: RegExp): string =>
  app.files
    .find((file) => pattern.test(file))
    ?.split('/')
    .slice(0, -1)
    .join('/') || '.';
const sourcesSay = (app: AppFolder, files: RegExp, pattern: RegExp): boolean =>
  app.find(files).some(({ text }) => pattern.test(text));
const local = (name: string): string => `node_modules/.bin/${name}`;
const js = ['javascript'];

/** One row for each tool; the first that is there is taken. */
const tools: readonly Tool[] = [
  {
    tool: 'Prisma',
    languages: js,
    isThere: (app) => anyFile(app, /(^|\/)schema\.prisma$/) && depends(app, 'prisma'),
    migrate: (app) => [
      [
        local('prisma'),
        ...(anyFile(app, /prisma\/migrations\/.*\.sql$/) ? ['migrate', 'deploy'] : ['db', 'push', '--skip-generate']),
      ],
    ],
    seed: (app) =>
      /"prisma"\s*:\s*\{[^}]*"seed"/.test(app.read('package.json')) ? [[local('prisma'), 'db', 'seed']] : [],
  },
  {
    tool: 'Drizzle',
    languages: js,
    isThere: (app) => anyFile(app, /^drizzle\.config\.\w+$/) && depends(app, 'drizzle-kit'),
    migrate: (app) => [
      [local('drizzle-kit'), ...(anyFile(app, /meta\/_journal\.json$/) ? ['migrate'] : ['push', '--force'])],
    ],
  },
  {
    tool: 'Knex',
    languages: js,
    isThere: (app) => anyFile(app, /^knexfile\.\w+$/),
    migrate: () => [[local('knex'), 'migrate:latest']],
    seed: (app) => (anyFile(app, /^(db\/|src\/)?seeds\//) ? [[local('knex'), 'seed:run']] : []),
  },
  {
    tool: 'Sequelize',
    languages: js,
    isThere: (app) => depends(app, 'sequelize-cli') && anyFile(app, /(^|\/)migrations\/[^/]+\.[cm]?js$/),
    migrate: () => [[local('sequelize-cli'), 'db:migrate']],
    seed: (app) => (anyFile(app, /(^|\/)seeders\/[^/]+\.[cm]?js$/) ? [[local('sequelize-cli'), 'db:seed:all']] : []),
  },
  {
    tool: 'node-pg-migrate',
    languages: js,
    isThere: (app) => depends(app, 'node-pg-migrate'),
    migrate: () => [[local('node-pg-migrate'), 'up']],
  },
  {
    tool: 'MikroORM',
    languages: js,
    isThere: (app) => depends(app, '@mikro-orm/cli') && anyFile(app, /(^|\/)migrations\//),
    migrate: () => [[local('mikro-orm'), 'migration:up']],
  },
  {
    tool: 'Django',
    languages: ['python'],
    isThere: (app) => app.has('manage.py'),
    migrate: () => [['.venv/bin/python', 'manage.py', 'migrate', '--noinput']],
  },
  {
    tool: 'Alembic',
    languages: ['python'],
    isThere: (app) => app.has('alembic.ini'),
    migrate: () => [['.venv/bin/alembic', 'upgrade', 'head']],
  },
  {
    tool: 'Flask-Migrate',
    languages: ['python'],
    isThere: (app) => app.has('migrations/alembic.ini'),
    migrate: () => [['.venv/bin/flask', 'db', 'upgrade']],
  },
  {
    tool: 'Rails',
    languages: ['ruby'],
    isThere: (app) => app.has('config/application.rb') && anyFile(app, /^db\//),
    migrate: (app) => [
      [
        'bundle',
        'exec',
        'rails',
        app.has('db/schema.rb') || app.has('db/structure.sql') ? 'db:schema:load' : 'db:migrate',
      ],
    ],
    seed: (app) => (/^\s*[^#\s]/m.test(app.read('db/seeds.rb')) ? [['bundle', 'exec', 'rails', 'db:seed']] : []),
  },
  {
    tool: 'Ecto',
    languages: ['elixir'],
    isThere: (app) => anyFile(app, /^priv\/repo\/migrations\//),
    migrate: () => [['mix', 'ecto.migrate']],
    seed: (app) => (/^\s*[^#\s]/m.test(app.read('priv/repo/seeds.exs')) ? [['mix', 'run', 'priv/repo/seeds.exs']] : []),
  },
  {
    tool: 'Laravel',
    languages: ['php'],
    isThere: (app) => app.has('artisan'),
    migrate: () => [['php', 'artisan', 'migrate', '--force']],
  },
  {
    tool: 'Diesel',
    languages: ['rust'],
    isThere: (app) => app.has('diesel.toml') && !sourcesSay(app, /\.rs$/, /embed_migrations!/),
    migrate: () => [['diesel', 'migration', 'run', '--database-url', '${database.url}']],
    requires: ['diesel'],
  },
  {
    tool: 'sqlx',
    languages: ['rust'],
    isThere: (app) =>
      anyFile(app, /^migrations\/.*\.sql$/) &&
      /\bsqlx\b/.test(app.read('Cargo.toml')) &&
      !sourcesSay(app, /\.rs$/, /migrate!\(/),
    migrate: () => [['sqlx', 'migrate', 'run', '--database-url', '${database.url}']],
    requires: ['sqlx'],
  },
  {
    tool: 'goose',
    languages: ['go'],
    isThere: (app) => sourcesSay(app, /\.sql$/, /^-- \+goose Up/m) && !sourcesSay(app, /\.go$/, /pressly\/goose/),
    migrate: (app) => [
      [
        'goose',
        '-dir',
        app
          .find(/\.sql$/)
          .find(({ text }) => /^-- \+goose Up/m.test(text))!
          .path.replace(/\/?[^/]*$/, '') || '.',
        'postgres',
        '${database.url}',
        'up',
      ],
    ],
    requires: ['goose'],
  },
  {
    tool: 'golang-migrate',
    languages: ['go'],
    isThere: (app) => anyFile(app, /\.up\.sql$/) && !sourcesSay(app, /\.go$/, /golang-migrate\/migrate/),
    migrate: (app) => [['migrate', '-path', folderOf(app, /\.up\.sql$/), '-database', '${database.url}', 'up']],
    requires: ['migrate'],
  },
];

const migrateScripts = [
  'db:migrate',
  'migrate:deploy',
  'migration:run',
  'migrations:run',
  'migrate:up',
  'migrate:latest',
  'migrate',
  'db:setup',
  'db:init',
];
const seedScripts = ['db:seed', 'seed:run', 'seed'];
const schemaFile =
  /^((db|sql|database|scripts|migrations|sql\/init|docker|init|docker-entrypoint-initdb\.d)\/)?(schema|init|structure|create[-_]?tables|tables|database|db)\.sql$/;

/** Undefined where nothing is found: the app makes its tables at its start, or it is not known how. */
export const findMigrations = (app: AppFolder, { language }: Ecosystem, { start }: Build): Migrations | undefined => {
  const found = tools.find((one) => one.languages.includes(language) && one.isThere(app));
  const scripts = language === 'javascript' ? readPackage(app).scripts : {};
  const run = (names: readonly string[]): readonly Command[] => {
    const name = names.find((one) => scripts[one] !== undefined && !/\bdev\b/.test(scripts[one]!));
    return name === undefined ? [] : [readScript(scripts[name]!, 'npm', name).command];
  };
  if (found !== undefined) {
    const own = found.seed?.(app) ?? [];
    const migrate =
      found.tool === 'Flask-Migrate'
        ? found.migrate(app).map((words) => withFlaskApp(words, start))
        : found.migrate(app);
    return {
      tool: found.tool,
      ...(found.requires === undefined ? {} : { requires: found.requires }),
      migrate,
      seed: own.length > 0 ? own : run(seedScripts),
    };
  }
  const migrate = run(migrateScripts);
  if (migrate.length > 0) return { tool: 'a script of package.json', migrate, seed: run(seedScripts) };
  const schema = app.files.find((file) => schemaFile.test(file));
  return schema === undefined ? undefined : { tool: schema, migrate: [], seed: run(seedScripts), schema };
};

/** The app that its own start names. */
const withFlaskApp = ([program = '', ...words]: Command, start: Command | undefined): Command => {
  const module = start?.find((word) => /^[\w.]+:\w+$/.test(word));
  return module === undefined ? [program, ...words] : [program, '--app', module, ...words];
};
