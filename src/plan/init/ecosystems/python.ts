import type { AppFile, AppFolder } from '../app-folder.ts';
import type { Build, Command, Ecosystem } from './ecosystem.ts';

const bin = '.venv/bin';

/** By lock file or list of packages; the first that is there. */
const installers: readonly {
  readonly file: string;
  readonly requires: readonly string[];
  readonly prepare: readonly Command[];
}[] = [
  { file: 'uv.lock', requires: ['uv'], prepare: [['uv', 'sync', '--frozen', '--no-dev']] },
  {
    file: 'poetry.lock',
    requires: ['python3', 'poetry'],
    prepare: [
      ['python3', '-m', 'venv', '.venv'],
      ['poetry', 'install', '--no-root', '--no-interaction'],
    ],
  },
  ...[
    'requirements.lock',
    'requirements.txt',
    'requirements/production.txt',
    'requirements/prod.txt',
    'requirements/base.txt',
  ].map((file) => ({
    file,
    requires: ['python3'],
    prepare: [
      ['python3', '-m', 'venv', '.venv'],
      [`${bin}/pip`, 'install', '--quiet', '-r', file],
    ],
  })),
  {
    file: 'pyproject.toml',
    requires: ['python3'],
    prepare: [
      ['python3', '-m', 'venv', '.venv'],
      [`${bin}/pip`, 'install', '--quiet', '.'],
    ],
  },
];

/** What the lists of packages say, in one text. */
const pythonPackages = (app: AppFolder): string =>
  app
    .find(/^(requirements.*(\.txt|\.lock|\.in)|requirements\/.*\.txt|pyproject\.toml|Pipfile)$/)
    .map(({ text }) => text)
    .join('\n')
    .toLowerCase();

const install = (app: AppFolder): Pick<Build, 'requires' | 'prepare'> => {
  const found = installers.find(({ file }) => app.has(file));
  return found ?? { requires: ['python3'], prepare: [['python3', '-m', 'venv', '.venv']] };
};

/** `app/main.py` as `app.main`. */
const moduleName = (path: string): string =>
  path
    .replace(/\.py$/, '')
    .replace(/\/__init__$/, '')
    .replaceAll('/', '.');

const asgi =
  /^(\w+)(?::\s*[\w.]+)?\s*=\s*(?:\w+\.)?(?:FastAPI|Starlette|Litestar|Quart|Sanic|BlackSheep|Application)\(/m;
const wsgi = /^(\w+)(?::\s*[\w.]+)?\s*=\s*(?:\w+\.)?(?:Flask|Bottle|Falcon)\(/m;
const madeByFunction = /^(app|application|api)(?::\s*[\w.]+)?\s*=\s*(?:\w+\.)?(?:create|make|get|build|init)\w*\(/m;
/** `uvicorn app.main:app` in a Procfile, Dockerfile or script, in words or as a JSON list. */
const serverTarget = /\b(uvicorn|gunicorn|hypercorn|granian)\b[^\n]*?["'\s]([A-Za-z_][\w.]*:[A-Za-z_]\w*)/;

interface Target {
  readonly module: string;
  readonly from: string;
  readonly isAsgi: boolean;
}

const findTarget = (app: AppFolder, packages: string): Target | undefined => {
  for (const { path, text } of app.find(
    /(^|\/)(Procfile|Dockerfile|docker-compose.*\.ya?ml|compose\.ya?ml|Makefile|[\w-]+\.sh)$/,
  )) {
    const [, , module] = serverTarget.exec(text) ?? [];
    if (module !== undefined) return { module, from: path, isAsgi: !/\bflask\b/.test(packages) };
  }
  const sources = app.find(/\.py$/).toSorted((a, b) => depthOf(a) - depthOf(b));
  for (const [pattern, isAsgi] of [
    [asgi, true],
    [wsgi, false],
    [madeByFunction, !/\bflask\b/.test(packages)],
  ] as const) {
    for (const { path, text } of sources) {
      const [, name] = pattern.exec(text) ?? [];
      if (name !== undefined) return { module: `${moduleName(path)}:${name}`, from: path, isAsgi };
    }
  }
  return undefined;
};

const depthOf = ({ path }: AppFile): number => path.split('/').length;

const serve = ({ module, isAsgi }: Target, packages: string): Command => {
  const [at, toWhom] = ['{host}:{port}', ['--host', '{host}', '--port', '{port}']];
  if (isAsgi) {
    return /\buvicorn\b|fastapi\[(standard|all)\]/.test(packages) || !/\bgunicorn\b|\bhypercorn\b/.test(packages)
      ? [`${bin}/uvicorn`, module, ...toWhom]
      : [`${bin}/${/\bgunicorn\b/.test(packages) ? 'gunicorn' : 'hypercorn'}`, module, '--bind', at];
  }
  return /\bgunicorn\b/.test(packages)
    ? [`${bin}/gunicorn`, module, '--bind', at]
    : [`${bin}/flask`, '--app', module, 'run', ...toWhom];
};

/** SQLAlchemy wants the driver's name in the scheme. */
const describeUrl = (packages: string): string | undefined => {
  const parts = '${database.user}:${database.password}@${database.host}:${database.port}/${database.name}';
  if (!/\bsqlalchemy\b|\bsqlmodel\b/.test(packages)) return undefined;
  if (/\basyncpg\b/.test(packages)) return '${database.asyncpgUrl}';
  return /\bpsycopg\b(?!2)/.test(packages) ? `postgresql+psycopg://${parts}` : '${database.sqlalchemyUrl}';
};

const examine = (app: AppFolder): Build => {
  const packages = pythonPackages(app);
  const target = findTarget(app, packages);
  const databaseUrl = describeUrl(packages);
  return {
    ...install(app),
    start: target && serve(target, packages),
    ...(target === undefined ? {} : { startFrom: target.from }),
    env: { PYTHONUNBUFFERED: '1' },
    ...(databaseUrl === undefined ? {} : { databaseUrl }),
  };
};

const variables = [
  /\benviron(?:\.get)?[[(]\s*['"]([A-Z][A-Z0-9_]*)['"]/g,
  /\bgetenv\(\s*['"]([A-Z][A-Z0-9_]*)['"]/g,
  /\b(?:env|config)(?:\.\w+)?\(\s*['"]([A-Z][A-Z0-9_]*)['"]/g,
  // Fields of pydantic's settings.
  /^ {4}([A-Z][A-Z0-9_]*)\s*:\s*[\w[\]| .]+(?:=|$)/gm,
];

export const python: Ecosystem = {
  what: 'a Python app',
  language: 'python',
  signs: ['uv.lock', 'poetry.lock', 'pyproject.toml', 'requirements.txt', 'requirements.lock', 'Pipfile'],
  sources: /\.py$/,
  variables,
  examine,
};

const examineDjango = (app: AppFolder): Build => {
  const packages = pythonPackages(app);
  const [, settings = ''] = /DJANGO_SETTINGS_MODULE['"]\s*,\s*['"]([\w.]+)['"]/.exec(app.read('manage.py')) ?? [];
  const project = app.find(/(^|\/)wsgi\.py$/)[0]?.path ?? `${settings.split('.')[0]}/wsgi.py`;
  return {
    ...install(app),
    start: /\bgunicorn\b/.test(packages)
      ? [`${bin}/gunicorn`, moduleName(project), '--bind', '{host}:{port}']
      : [`${bin}/python`, 'manage.py', 'runserver', '--noreload', '{host}:{port}'],
    startFrom: 'manage.py',
    env: { PYTHONUNBUFFERED: '1' },
    ...(/\bgunicorn\b/.test(packages)
      ? {}
      : { notes: ['Django’s own development server is raced, for gunicorn is not among its packages.'] }),
  };
};

export const django: Ecosystem = {
  what: 'a Django app',
  language: 'python',
  signs: ['manage.py'],
  sources: /\.py$/,
  variables,
  examine: examineDjango,
};
