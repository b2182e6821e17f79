import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findApp, loadPlan, writeAppPlan } from '../../../src/plan/index.ts';
import { makeApp } from './app-folders.ts';

interface Case {
  readonly what: string;
  readonly files: Readonly<Record<string, string>>;
  readonly language: string;
  readonly prepare: readonly (readonly string[])[];
  readonly start: readonly string[];
  readonly migrate?: readonly (readonly string[])[];
  readonly seed?: readonly (readonly string[])[];
  readonly database?: readonly string[];
  readonly request: string;
  readonly port?: number;
}

const venv = ['python3', '-m', 'venv', '.venv'];
const cases: readonly Case[] = [
  {
    what: 'Express with Knex',
    files: {
      'package.json': JSON.stringify({
        scripts: { start: 'NODE_ENV=production node src/server.js', build: 'tsc' },
        dependencies: { express: '5', pg: '8', knex: '3' },
      }),
      'package-lock.json': '{}',
      'knexfile.js': '',
      'seeds/one.js': '',
      'src/server.js': `app.use('/api', require('./routes/items'));\napp.listen(process.env.PORT);`,
      'src/routes/items.js': `const url = process.env.DATABASE_URL;\nrouter.get('/items/:id', show);\nrouter.get('/items', list);`,
    },
    language: 'javascript',
    prepare: [
      ['npm', 'ci'],
      ['npm', 'run', 'build'],
    ],
    start: ['node', 'src/server.js'],
    migrate: [['node_modules/.bin/knex', 'migrate:latest']],
    seed: [['node_modules/.bin/knex', 'seed:run']],
    database: ['DATABASE_URL'],
    request: 'GET /api/items',
  },
  {
    what: 'NestJS with Prisma and pnpm',
    files: {
      'package.json': JSON.stringify({
        scripts: { start: 'nest start', 'start:prod': 'node dist/main', build: 'nest build' },
        dependencies: { '@nestjs/core': '11', prisma: '6' },
        prisma: { seed: 'tsx prisma/seed.ts' },
      }),
      'pnpm-lock.yaml': '',
      'prisma/schema.prisma': 'datasource db { provider = "postgresql"\n url = env("DATABASE_URL") }',
      'prisma/migrations/1/migration.sql': '',
      'src/main.ts': `app.setGlobalPrefix('v1'); await app.listen(process.env.PORT ?? 3000);`,
      'src/items.controller.ts': `@Controller('items')\nexport class Items {\n  @Get(':id')\n  one() {}\n  @Get()\n  all() {}\n}`,
    },
    language: 'javascript',
    prepare: [
      ['pnpm', 'install', '--frozen-lockfile'],
      ['npx', 'prisma', 'generate'],
      ['pnpm', 'run', 'build'],
    ],
    start: ['node', 'dist/main'],
    migrate: [['node_modules/.bin/prisma', 'migrate', 'deploy']],
    seed: [['node_modules/.bin/prisma', 'db', 'seed']],
    database: ['DATABASE_URL'],
    request: 'GET /v1/items',
  },
  {
    what: 'node:http without packages, on a port of its own',
    files: {
      'server.js': `if (request.url === '/items') answer();\nserver.listen(4000);`,
      'package.json': '{}',
      'db/schema.sql': '',
    },
    language: 'javascript',
    prepare: [],
    start: ['node', 'server.js'],
    port: 4000,
    request: 'GET /items',
  },
  {
    what: 'FastAPI with Alembic',
    files: {
      'requirements.txt': 'fastapi\nuvicorn\nsqlalchemy\nasyncpg\nalembic',
      'alembic.ini': '',
      'app/main.py': `from app.api import items\nfrom app.config import settings\napp = FastAPI()\napp.include_router(items.router, prefix=settings.API_PREFIX)`,
      'app/config.py': 'class Settings(BaseSettings):\n    API_PREFIX: str = "/api"\n    DATABASE_URL: str\n',
      'app/api/items.py': `router = APIRouter(prefix="/items")\n@router.get("/mine")\nasync def mine(\n    user: User = Depends(get_current_user),\n) -> list:\n    pass\n\n@router.get("")\nasync def all():\n    pass\n`,
    },
    language: 'python',
    prepare: [venv, ['.venv/bin/pip', 'install', '--quiet', '-r', 'requirements.txt']],
    start: ['.venv/bin/uvicorn', 'app.main:app', '--host', '{host}', '--port', '{port}'],
    migrate: [['.venv/bin/alembic', 'upgrade', 'head']],
    database: ['DATABASE_URL'],
    request: 'GET /api/items',
  },
  {
    what: 'Flask behind gunicorn',
    files: {
      'requirements.txt': 'flask\ngunicorn\npsycopg2-binary',
      Procfile: 'web: gunicorn shop.wsgi:app --workers 4',
      'shop/wsgi.py': `import os\nurl = os.environ["DATABASE_URL"]\napp = create_app()\n@app.route("/items", methods=["POST"])\ndef add():\n    pass\n@app.route("/things")\ndef things():\n    pass\n`,
    },
    language: 'python',
    prepare: [venv, ['.venv/bin/pip', 'install', '--quiet', '-r', 'requirements.txt']],
    start: ['.venv/bin/gunicorn', 'shop.wsgi:app', '--bind', '{host}:{port}'],
    database: ['DATABASE_URL'],
    request: 'GET /things',
  },
  {
    what: 'Django with DRF',
    files: {
      'requirements.txt': 'django\ngunicorn\npsycopg',
      'manage.py': `os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")`,
      'package.json': '{"scripts": {"start": "webpack"}}',
      'shop/wsgi.py': '',
      'shop/settings.py': `DATABASES = {"default": {"HOST": os.getenv("DB_HOST"), "NAME": os.getenv("DB_NAME")}}`,
      'shop/urls.py': `urlpatterns = [path("admin/", admin.site.urls), path("api/", include("items.urls"))]`,
      'items/urls.py': `router.register(r"items", Items)\nurlpatterns = [path("", include(router.urls)), path("items/<int:id>/x", x)]`,
    },
    language: 'python',
    prepare: [venv, ['.venv/bin/pip', 'install', '--quiet', '-r', 'requirements.txt']],
    start: ['.venv/bin/gunicorn', 'shop.wsgi', '--bind', '{host}:{port}'],
    migrate: [['.venv/bin/python', 'manage.py', 'migrate', '--noinput']],
    database: ['DB_HOST', 'DB_NAME'],
    request: 'GET /api/items/',
  },
  {
    what: 'Go with gin and goose',
    files: {
      'go.mod': 'module shop\nrequire github.com/jackc/pgx/v5 v5',
      'cmd/server/main.go': `package main\nfunc main() {\n\tdb := os.Getenv("DATABASE_URL")\n\tport := os.Getenv("PORT")\n\tv1 := r.Group("/v1")\n\tv1.GET("/items/:id", one)\n\tv1.GET("/items", all)\n}`,
      'cmd/import/main.go': 'package main\nfunc main() {}',
      'sql/1_items.sql': '-- +goose Up\nCREATE TABLE item (id int);',
    },
    language: 'go',
    prepare: [['go', 'build', '-o', 'pitwall-server', './cmd/server']],
    start: ['./pitwall-server'],
    migrate: [['goose', '-dir', 'sql', 'postgres', '${database.url}', 'up']],
    database: ['DATABASE_URL'],
    request: 'GET /v1/items',
  },
  {
    what: 'Go with chi, which migrates itself',
    files: {
      'go.mod': 'module shop',
      'main.go': `package main\nimport "github.com/golang-migrate/migrate/v4"\nfunc main() {\n\tr.Route("/api", func(r chi.Router) {\n\t\tr.Route("/items", func(r chi.Router) {\n\t\t\tr.Get("/", all)\n\t\t})\n\t})\n\tr.Get("/health", health)\n\thttp.ListenAndServe(":8085", r)\n}`,
      'migrations/1.up.sql': '',
    },
    language: 'go',
    prepare: [['go', 'build', '-o', 'pitwall-server', '.']],
    start: ['./pitwall-server'],
    port: 8085,
    request: 'GET /api/items/',
  },
  {
    what: 'axum with sqlx',
    files: {
      'Cargo.toml': '[package]\nname = "shop"\n[dependencies]\nsqlx = { features = ["postgres"] }',
      'Cargo.lock': '',
      'src/main.rs': `let url = std::env::var("DATABASE_URL");\nlet app = Router::new().nest("/api", Router::new().route("/items", post(add).get(all)).route("/items/{id}", get(one)));\nlet port = env::var("PORT");`,
      'migrations/1.sql': '',
    },
    language: 'rust',
    prepare: [['cargo', 'install', '--path', '.', '--root', '.', '--locked']],
    start: ['bin/shop'],
    migrate: [['sqlx', 'migrate', 'run', '--database-url', '${database.url}']],
    database: ['DATABASE_URL'],
    request: 'GET /api/items',
  },
  {
    what: 'Rails',
    files: {
      Gemfile: `gem 'rails'\ngem "pg"`,
      'config/application.rb': '',
      'db/schema.rb': '',
      'db/seeds.rb': '# nothing\n',
      'config/routes.rb': `Rails.application.routes.draw do\n  namespace :api do\n    resources :items, only: [:index, :show]\n    resources :orders, only: [:create]\n  end\nend`,
    },
    language: 'ruby',
    prepare: [['bundle', 'install', '--quiet']],
    start: ['bundle', 'exec', 'rails', 'server', '-b', '{host}', '-p', '{port}'],
    migrate: [['bundle', 'exec', 'rails', 'db:schema:load']],
    database: ['DATABASE_URL'],
    request: 'GET /api/items',
  },
  {
    what: 'Spring Boot',
    files: {
      'pom.xml': '<artifactId>spring-boot-starter-web</artifactId><artifactId>postgresql</artifactId>',
      mvnw: '',
      'src/main/java/Items.java': `@RestController\n@RequestMapping("/api/items")\nclass Items {\n  @GetMapping\n  List<Item> all() {}\n  @GetMapping("/search")\n  List<Item> search(@RequestParam String q) {}\n}`,
    },
    language: 'java',
    prepare: [['sh', './mvnw', '-q', '-DskipTests', 'package']],
    start: ['sh', '-c', 'exec java -jar $(ls target/*.jar | grep -v -e plain -e sources -e javadoc | head -n 1)'],
    database: ['SPRING_DATASOURCE_URL', 'SPRING_DATASOURCE_USERNAME', 'SPRING_DATASOURCE_PASSWORD'],
    request: 'GET /api/items',
  },
];

test.each(cases)(
  'init finds what there is of $what, and its plan is right',
  async ({ files, request, port, ...expected }) => {
    using app = makeApp(files);
    const found = findApp(app.folder)!;
    const { missing } = writeAppPlan(found, app.folder);
    expect(missing).toEqual([]);
    const plan = await loadPlan(join(app.folder, 'pitwall.yaml'), { roots: [] });
    const { candidate } = plan.entries[0]!;
    expect(candidate).toMatchObject({
      name: 'shop',
      folder: app.folder,
      language: expected.language,
      prepare: expected.prepare,
      start: { command: expected.start },
      migrate: expected.migrate ?? [],
      seed: expected.seed ?? [],
      tls: 'off',
    });
    expect(candidate.port).toBe(port);
    expect(found.environment.database).toEqual(expected.database ?? []);
    const [first] = plan.workload.data.requests;
    expect(`${first!.method} ${first!.path}`).toBe(request);
  },
);

test('what is not found out is named with the line to write it in, and refused there until it is', async () => {
  using app = makeApp({
    'go.mod': 'module shop',
    'a/main.go': 'package main\nfunc main() {}',
    'b/main.go': 'package main\nfunc main() {}',
  });
  const { path, missing } = writeAppPlan(findApp(app.folder)!, app.folder);
  expect(missing.map(({ what }) => what)).toEqual([
    expect.stringContaining('the command that starts the server') as string,
    expect.stringContaining('a request that it answers') as string,
  ]);
  for (const { line } of missing) {
    await expect(loadPlan(path, { roots: [] })).rejects.toMatchObject({
      code: 'plan.invalid',
      message: expect.stringContaining(`pitwall.yaml:${line}:`) as string,
    });
  }
});

test('a plan that is there stays as it is', () => {
  using app = makeApp({ 'go.mod': 'module shop', 'pitwall.yaml': 'mine' });
  expect(() => writeAppPlan(findApp(app.folder)!, app.folder)).toThrow(/is there already; nothing was written/);
});

test('a package.json that only lists packages is no app, and neither is an empty folder', () => {
  using empty = makeApp({});
  expect(findApp(empty.folder)).toBeUndefined();
  using tools = makeApp({ 'package.json': '{"devDependencies": {"pitwall": "0.1.0"}}' });
  expect(findApp(tools.folder)).toBeUndefined();
  expect(readdirSync(tools.folder)).toEqual(['package.json']);
});

test.each([
  {
    what: 'an Elixir app',
    files: { 'mix.exs': '{:phoenix, "~> 1.8"}', 'priv/repo/migrations/1.exs': '' },
    start: 'mix phx.server',
    tool: 'Ecto',
  },
  {
    what: 'a PHP app',
    files: { 'composer.json': '{}', artisan: '' },
    start: 'php artisan serve --host={host} --port={port}',
    tool: 'Laravel',
  },
])('$what is known by its usual commands', ({ what, files, start, tool }) => {
  using app = makeApp(files as Readonly<Record<string, string>>);
  const found = findApp(app.folder)!;
  expect([found.what, found.build.start!.join(' '), found.migrations!.tool]).toEqual([what, start, tool]);
});

test('who deploys it says how it is started where its sources do not', () => {
  const main = 'package main\nfunc main() {}';
  using byProcfile = makeApp({
    'go.mod': '',
    'a/main.go': main,
    'b/main.go': main,
    Procfile: 'web: bin/shop -p $PORT',
  });
  expect(findApp(byProcfile.folder)!.build.start).toEqual(['sh', '-c', 'exec bin/shop -p $PORT']);
  using byDockerfile = makeApp({
    'go.mod': '',
    'a/main.go': main,
    'b/main.go': main,
    Dockerfile: 'CMD ["./shop", "serve"]',
  });
  expect(findApp(byDockerfile.folder)!.build.start).toEqual(['./shop', 'serve']);
});

test('an app on another database, and an address that stands in a source, are told', () => {
  using mysql = makeApp({ 'package.json': '{"dependencies": {"mysql2": "3"}}', 'server.js': '' });
  expect(findApp(mysql.folder)!.otherDatabase).toBe('MySQL');
  using written = makeApp({
    'package.json': '{"dependencies": {"pg": "8"}}',
    'server.js': `\nnew Pool({\n  host: 'localhost' })`,
  });
  expect(findApp(written.folder)).toMatchObject({ writtenAddress: 'server.js:3' });
  expect(findApp(written.folder)!.otherDatabase).toBeUndefined();
});
