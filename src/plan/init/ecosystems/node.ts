import type { AppFolder } from '../app-folder.ts';
import type { Build, Command, Ecosystem } from './ecosystem.ts';

interface Package {
  readonly main?: string;
  readonly scripts: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
}

export const readPackage = (app: AppFolder): Package => {
  const none = { scripts: {}, dependencies: {} };
  try {
    const { main, scripts, dependencies, devDependencies } = JSON.parse(app.read('package.json')) as Record<
      string,
      unknown
    >;
    return {
      ...(typeof main === 'string' ? { main } : {}),
      scripts: textsOf(scripts),
      dependencies: { ...textsOf(devDependencies), ...textsOf(dependencies) },
    };
  } catch {
    return none;
  }
};

const textsOf = (value: unknown): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(value ?? {}).filter((pair): pair is [string, string] => typeof pair[1] === 'string'),
  );

/** By lock file; the first that is there. */
const managers = [
  { lock: 'pnpm-lock.yaml', name: 'pnpm', install: ['pnpm', 'install', '--frozen-lockfile'] },
  { lock: 'yarn.lock', name: 'yarn', install: ['yarn', 'install', '--frozen-lockfile'] },
  { lock: 'bun.lock', name: 'bun', install: ['bun', 'install', '--frozen-lockfile'] },
  { lock: 'package-lock.json', name: 'npm', install: ['npm', 'ci'] },
] as const;
const withoutLock = { lock: '', name: 'npm', install: ['npm', 'install'] } as const;

/** Where servers usually begin, where no script says it. */
const usualMains = [
  'server.js',
  'server.mjs',
  'server.cjs',
  'app.js',
  'index.js',
  'src/server.js',
  'src/index.js',
  'src/app.js',
];
const scriptNames = ['start:prod', 'start:production', 'start', 'serve'];

const examine = (app: AppFolder): Build => {
  const { main, scripts, dependencies } = readPackage(app);
  const manager = managers.find(({ lock }) => app.has(lock)) ?? withoutLock;
  const script = scriptNames.find((name) => scripts[name] !== undefined);
  const file = [...(main === undefined ? [] : [main]), ...usualMains].find((path) => app.has(path));
  const own = script === undefined ? undefined : readScript(scripts[script]!, manager.name, script);
  const start = own?.command ?? (file === undefined ? undefined : ['node', file]);
  const hasPackages = Object.keys(dependencies).length > 0;
  return {
    requires: [...new Set(['node', ...(hasPackages ? [manager.name] : [])])],
    prepare: [
      ...(hasPackages ? [[...manager.install]] : []),
      ...(dependencies['prisma'] === undefined ? [] : [['npx', 'prisma', 'generate']]),
      // npm would run what stands before a script, too.
      ...['build', `pre${script}`]
        .filter((name) => scripts[name] !== undefined)
        .map((name) => [manager.name, 'run', name]),
    ],
    start,
    startFrom: script === undefined ? (file ?? 'package.json') : `package.json, scripts.${script}`,
    env: { NODE_ENV: 'production', ...own?.env },
  };
};

/** A script that a shell is not needed for is run without npm, which would stand between pitwall and the server. */
export const readScript = (
  script: string,
  manager: string,
  name: string,
): { readonly command: Command; readonly env?: Readonly<Record<string, string>> } => {
  const whole = { command: [manager, 'run', name] };
  if (/[&|;<>$`"'*(){}\\]/.test(script)) return whole;
  const words = script
    .trim()
    .split(/\s+/)
    .filter((word) => word !== 'cross-env');
  const first = words.findIndex((word) => !/^\w+=/.test(word));
  if (first < 0) return whole;
  const env = Object.fromEntries(
    words.slice(0, first).map((word) => [word.split('=')[0]!, word.slice(word.indexOf('=') + 1)]),
  );
  const [program, ...rest] = words.slice(first);
  if (program === 'nodemon') return { command: ['node', ...rest.filter((word) => !word.startsWith('-'))], env };
  if (program === 'node' || program === 'bun' || program === 'deno') return { command: [program, ...rest], env };
  if (program === 'npm' || program === 'yarn' || program === 'pnpm') return whole;
  return { command: [`node_modules/.bin/${program}`, ...rest], env };
};

export const node: Ecosystem = {
  what: 'a Node app',
  language: 'javascript',
  signs: ['package.json'],
  isMeant: (app) => {
    const { scripts } = readPackage(app);
    return scriptNames.some((name) => scripts[name] !== undefined) || usualMains.some((file) => app.has(file));
  },
  sources: /\.([cm]?[jt]s|tsx)$/,
  variables: [
    /\bprocess\.env\.([A-Z][A-Z0-9_]*)/g,
    /\bprocess\.env\[['"]([A-Z][A-Z0-9_]*)['"]\]/g,
    /\b(?:get|getOrThrow|env|str|num)(?:<\w+>)?\(\s*['"]([A-Z][A-Z0-9_]*)['"]/g,
    /\{\s*([A-Z][A-Z0-9_, \n]*)\}\s*=\s*process\.env\b/g,
    /^\s*([A-Z][A-Z0-9_]*):\s*(?:z|Joi|str|num|port|url|host|bool|envalid)\b/gm,
  ],
  examine,
};
