import { type AppFolder, openAppFolder } from './app-folder.ts';
import type { Build, Ecosystem } from './ecosystems/ecosystem.ts';
import { go } from './ecosystems/go.ts';
import { java } from './ecosystems/java.ts';
import { node } from './ecosystems/node.ts';
import { elixir, php } from './ecosystems/other.ts';
import { django, python } from './ecosystems/python.ts';
import { ruby } from './ecosystems/ruby.ts';
import { rust } from './ecosystems/rust.ts';
import { type AppEnvironment, readEnvironment } from './environment.ts';
import { findMigrations, type Migrations } from './migrations.ts';
import { findOtherDatabase, findWrittenAddress } from './other-database.ts';
import { findRoutes } from './routes/find-routes.ts';
import type { Route } from './routes/route.ts';

/** An application that lies in a folder, as far as its files say. */
export interface FoundApp {
  /** `a Go app`, for messages. */
  readonly what: string;
  /** The file that says so. */
  readonly sign: string;
  /** For candidates: lower-case letters, digits and hyphens. */
  readonly name: string;
  readonly language: string;
  readonly build: Build;
  readonly environment: AppEnvironment;
  readonly migrations?: Migrations;
  /** GET requests without parameters, the most telling first. */
  readonly routes: readonly Route[];
  /** Another database than Postgres, where nothing speaks of Postgres. */
  readonly otherDatabase?: string;
  /** `src/db.js:3`, where an address stands that no variable changes. */
  readonly writtenAddress?: string;
}

/** The most telling first: many a Python or Go app has a package.json for its tools. */
const ecosystems: readonly Ecosystem[] = [go, rust, django, python, java, ruby, elixir, php, node];

/** Undefined where nothing in the folder says that an application of a kind that is known is there. */
export const findApp = (path: string): FoundApp | undefined => {
  const app = openAppFolder(path);
  for (const ecosystem of ecosystems) {
    const sign = ecosystem.signs.find((file) => app.has(file));
    if (sign === undefined || ecosystem.isMeant?.(app, sign) === false) continue;
    return examine(app, ecosystem, sign);
  }
  return undefined;
};

const examine = (app: AppFolder, ecosystem: Ecosystem, sign: string): FoundApp => {
  const build = withFixedPort(app, ecosystem, withDeployedStart(app, ecosystem.examine(app)));
  const environment = readEnvironment(app, ecosystem, build);
  const migrations = findMigrations(app, ecosystem, build);
  const otherDatabase = findOtherDatabase(app);
  const writtenAddress = environment.database.length > 0 ? undefined : findWrittenAddress(app, ecosystem.sources);
  return {
    what: ecosystem.what,
    sign,
    name: makeName(app.name),
    language: ecosystem.language,
    build,
    environment,
    ...(migrations === undefined ? {} : { migrations }),
    routes: findRoutes(app, ecosystem.what),
    ...(otherDatabase === undefined ? {} : { otherDatabase }),
    ...(writtenAddress === undefined ? {} : { writtenAddress }),
  };
};

/** Where the sources do not say how it is started, those who deploy it do. */
const withDeployedStart = (app: AppFolder, build: Build): Build => {
  if (build.start !== undefined) return build;
  const [, web] = /^web:\s*(\S.*)$/m.exec(app.read('Procfile')) ?? [];
  if (web !== undefined) return { ...build, start: ['sh', '-c', `exec ${web.trim()}`], startFrom: 'Procfile' };
  const [, words] = [...app.read('Dockerfile').matchAll(/^CMD\s+(\[[^\]\n]*\])\s*$/gm)].at(-1) ?? [];
  const start =
    words === undefined ? [] : (tryToParse(words) as readonly unknown[]).filter((word) => typeof word === 'string');
  return start.length === 0 ? build : { ...build, start, startFrom: 'Dockerfile' };
};

const tryToParse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return [];
  }
};

/** A Node server that reads no port of its environment listens where its source says. */
const withFixedPort = (app: AppFolder, { language, sources }: Ecosystem, build: Build): Build => {
  if (language !== 'javascript' || build.port !== undefined) return build;
  const texts = app.find(sources).map(({ text }) => text);
  if (texts.some((text) => /\bPORT\b/.test(text))) return build;
  const [, port] =
    texts.map((text) => /\.listen\(\s*(?:\{\s*port:\s*)?(\d{2,5})\b/.exec(text)).find((match) => match !== null) ?? [];
  return port === undefined ? build : { ...build, port: Number(port) };
};

const makeName = (text: string): string =>
  text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 60) || 'app';
