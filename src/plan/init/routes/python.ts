import type { AppFolder } from '../app-folder.ts';
import { findPrefixes, type MountSyntax } from './mounts.ts';
import { hasParameters, joinPaths, type Route, speaksOfLogin } from './route.ts';

const sources = /\.py$/;

const mountsOf = (app: AppFolder): MountSyntax => ({
  patterns: [
    /\.(?:include_router|register_blueprint|mount)\(\s*(?<target>[\w.]+)\s*,[^)]*?\b(?:url_)?prefix\s*=\s*(?:f?['"](?<prefix>[^'"]*)['"]|(?:\w+\.)*(?<constant>\w+))/g,
    /\.(?:include_router|register_blueprint)\(\s*(?<target>[\w.]+)\s*(?:,\s*tags[^)]*)?,?\s*\)/g,
  ],
  listImported: (line, _from, name) => {
    const [, from = '', names = ''] = /from\s+([\w.]+)\s+import\s+(.*)/.exec(line) ?? [];
    const base = from.replace(/^\.+/, '').replaceAll('.', '/');
    // `from app.routes import items as articles`: the module items, or something in the module routes.
    const imported = names.split(',').map((one) =>
      one
        .replaceAll(/[()]/g, '')
        .trim()
        .split(/\s+as\s+/),
    );
    const own = imported.find((words) => words.at(-1) === name)?.[0];
    const plain = /^import\s+([\w.]+)/.exec(line)?.[1]?.replaceAll('.', '/');
    return [own === undefined || base === '' ? own : `${base}/${own}`, base, plain].filter(
      (path): path is string => path !== undefined && path !== '',
    );
  },
  extension: sources,
  findConstant: (name) => {
    for (const { text } of app.find(sources)) {
      const [, value] = new RegExp(`^\\s*${name}\\s*(?::\\s*\\w+)?\\s*=\\s*['"](/[^'"]*)['"]`, 'm').exec(text) ?? [];
      if (value !== undefined) return value;
    }
    return undefined;
  },
});

/** FastAPI, Starlette, Flask, Sanic and whoever writes routes like them. */
export const findPythonRoutes = (app: AppFolder): readonly Route[] => {
  const files = app.find(sources);
  const prefixes = findPrefixes(files, mountsOf(app));
  return files
    .flatMap(({ path: from, text }) => {
      const [, own = ''] = /\b(?:APIRouter|Blueprint)\([^)]*?\b(?:url_)?prefix\s*=\s*['"]([^'"]*)['"]/.exec(text) ?? [];
      const decorated = [...text.matchAll(/@\w+\.(?:get|route)\(\s*(?:path\s*=\s*)?['"]([^'"]*)['"]/g)].map(
        (match) => [match[0], match[1]!, readSignature(text, match.index + match[0].length)] as const,
      );
      const listed = [...text.matchAll(/\bRoute\(\s*['"](\/[^'"]*)['"]([^\n]*)/g)];
      return [...decorated, ...listed]
        .filter(([, , rest = '']) => !/methods\s*=/.test(rest) || /['"]GET['"]/.test(rest))
        .map(([, path = '', rest = '']) => ({
          path: joinPaths(prefixes.get(from) ?? '', own, path),
          from,
          isGuarded: speaksOfLogin(rest),
        }));
    })
    .filter(({ path }) => !hasParameters(path));
};

/** What stands from a decorator's path to the body of its function. */
const readSignature = (text: string, from: number): string =>
  text.slice(from, from + longestSignature).split(/\)\s*(?:->[^\n]*)?:\s*\n/)[0]!;
const longestSignature = 1_000;

/** From the project's urls.py down through what it includes. */
export const findDjangoRoutes = (app: AppFolder): readonly Route[] => {
  const files = app.find(/(^|\/)urls(\/\w+)?\.py$/);
  const modules = new Map(
    files.map((file) => [
      file.path
        .replace(/\.py$/, '')
        .replace(/\/__init__$/, '')
        .replaceAll('/', '.'),
      file,
    ]),
  );
  const included = new Set(
    files.flatMap(({ text }) => [...text.matchAll(/include\(\s*\(?['"]([\w.]+)['"]/g)].map(([, name]) => name!)),
  );
  const visit = (module: string, prefix: string, depth: number): readonly Route[] => {
    const file = modules.get(module) ?? [...modules].find(([name]) => name.endsWith(`.${module}`))?.[1];
    if (file === undefined || depth > 5) return [];
    const own = [
      ...file.text.matchAll(
        /\b(?:re_path|path|url)\(\s*r?['"]([^'"]*)['"]\s*,\s*((?:(?!\b(?:re_path|path|url)\()[^\n])*)/g,
      ),
    ].flatMap(([, written = '', view = '']): readonly Route[] => {
      const path = joinPaths(prefix, plainPattern(written));
      const [, target] = /include\(\s*\(?['"]([\w.]+)['"]/.exec(view) ?? [];
      if (target !== undefined) return visit(target, path, depth + 1);
      const routes = /include\(\s*\(?(?:router|\w*router)\b/.test(view) ? registered(file.text, path) : undefined;
      if (routes !== undefined) return routes.map((one) => ({ path: one, from: file.path, isGuarded: false }));
      return /include\(|admin\./.test(view) ? [] : [{ path, from: file.path, isGuarded: speaksOfLogin(view) }];
    });
    const joined = /urlpatterns\s*\+?=\s*[^[\n]*router\.urls/.test(file.text) ? registered(file.text, prefix) : [];
    return [...own, ...joined.map((path) => ({ path, from: file.path, isGuarded: false }))];
  };
  const roots = [...modules.keys()].filter(
    (name) => ![...included].some((one) => one === name || name.endsWith(`.${one}`)),
  );
  return roots.flatMap((root) => visit(root, '', 0)).filter(({ path }) => !hasParameters(path));
};

/** What Django REST framework's routers make of `router.register('items', ...)`. */
const registered = (text: string, prefix: string): readonly string[] =>
  [...text.matchAll(/\w*router\.register\(\s*r?['"]([^'"]*)['"]/g)].map(([, name]) => joinPaths(prefix, `${name}/`));

/** `^items/?$` as `items`; other patterns keep a sign by which they are known to have parameters. */
const plainPattern = (pattern: string): string =>
  pattern
    .replace(/^\^/, '')
    .replace(/\/\?\$$/, '')
    .replace(/\$$/, '');
