import type { AppFolder } from '../app-folder.ts';
import { hasParameters, joinPaths, type Route, speaksOfLogin } from './route.ts';

/** Sources whose indentation says what lies within what: those that gofmt and the like have written. */
interface IndentedSyntax {
  readonly files: RegExp;
  /** A line below which routes have a prefix: the first group. */
  readonly groups: readonly RegExp[];
  /** A line that is a route; the first group is its path. */
  readonly routes: readonly RegExp[];
  /** A variable that is a group: the first group is its name, the second the one that it is made from, the third the prefix. */
  readonly variable?: RegExp;
  /** The variable that a route or group is of, as the first group. */
  readonly receiver?: RegExp;
}

export const findIndentedRoutes = (app: AppFolder, syntax: IndentedSyntax): readonly Route[] =>
  app
    .find(syntax.files)
    .flatMap(({ path, text }) => readFile(text, path, syntax))
    .filter(({ path }) => !hasParameters(path));

const readFile = (
  text: string,
  from: string,
  { groups, routes, variable, receiver }: IndentedSyntax,
): readonly Route[] => {
  const found: Route[] = [];
  const around: { readonly indent: number; readonly prefix: string; readonly isGuarded: boolean }[] = [];
  const variables = new Map<string, string>();
  for (const line of text.split('\n')) {
    if (line.trim() === '') continue;
    const indent = /^\s*/.exec(line)![0].length;
    while (around.length > 0 && indent <= around.at(-1)!.indent) around.pop();
    const [, name, parent, own] = variable?.exec(line) ?? [];
    if (name !== undefined) variables.set(name, joinPaths(variables.get(parent ?? '') ?? '', own ?? ''));
    const prefixes = [variables.get(receiver?.exec(line)?.[1] ?? '') ?? '', ...around.map(({ prefix }) => prefix)];
    const isGuarded = speaksOfLogin(line) || around.some((one) => one.isGuarded);
    const route = firstGroup(routes, line);
    if (route !== undefined) found.push({ path: joinPaths(...prefixes, route), from, isGuarded });
    const group = name === undefined ? firstGroup(groups, line) : undefined;
    if (group !== undefined) around.push({ indent, prefix: group, isGuarded });
  }
  return found;
};

const firstGroup = (patterns: readonly RegExp[], line: string): string | undefined =>
  patterns.map((pattern) => pattern.exec(line)?.[1]).find((text) => text !== undefined);

export const goRoutes: IndentedSyntax = {
  files: /(?<!_test)\.go$/,
  groups: [/\.(?:Route|Group|PathPrefix|Mount)\(\s*"(\/[^"]*)"\s*,\s*func/],
  routes: [
    /\.(?:GET|Get)\(\s*"(\/?[^"]*)"/,
    /\.Handle(?:Func)?\(\s*"GET (\/[^"]*)"/,
    /\.Handle(?:Func)?\(\s*"(\/[^"\s]*)".*\.Methods\([^)]*(?:"GET"|MethodGet)/,
    /http\.HandleFunc\(\s*"(\/[^"\s]*)"/,
  ],
  variable: /(\w+)\s*:?=\s*(\w+)\.(?:Group|PathPrefix)\(\s*"(\/[^"]*)"/,
  receiver: /(\w+)\.(?:GET|Get|Handle|HandleFunc|Route|Group)\(/,
};

export const railsRoutes: IndentedSyntax = {
  files: /^config\/routes(\/\w+)?\.rb$/,
  groups: [/^\s*namespace\s+:?['"]?(\w+)/, /^\s*scope\s+(?:path:\s*)?:?['"]?\/?([\w/]+)/],
  routes: [/^\s*resources\s+:(\w+)(?!.*only:(?!.*:index))/, /^\s*get\s+['"]\/?([^'"]+)['"]/],
};
