import { dirname, join } from 'node:path';
import type { AppFile } from '../app-folder.ts';

/** How a language says that another file's routes lie below a path. */
export interface MountSyntax {
  /** Groups `prefix` and `target`, an expression such as `users.router`, or `require('./users')`. */
  readonly patterns: readonly RegExp[];
  /** The paths, without the extension, that a file may mean by a name that a line imports. */
  listImported(line: string, from: string, name: string): readonly string[];
  readonly extension: RegExp;
  /** The value of a prefix that is a constant's name. */
  findConstant?(name: string): string | undefined;
}

/** The prefixes under which each file's routes lie; '' where no other file mounts it. */
export const findPrefixes = (files: readonly AppFile[], syntax: MountSyntax): ReadonlyMap<string, string> => {
  const parents = new Map<string, { readonly from: string; readonly prefix: string }>();
  for (const file of files) {
    for (const pattern of syntax.patterns) {
      for (const { groups } of file.text.matchAll(pattern)) {
        const { prefix = '', constant, target = '' } = groups ?? {};
        const mounted = findTarget(files, file, target, syntax);
        const path = constant === undefined ? prefix : (syntax.findConstant?.(constant) ?? '');
        if (mounted !== undefined && mounted !== file.path && !parents.has(mounted))
          parents.set(mounted, { from: file.path, prefix: path });
      }
    }
  }
  const prefixOf = (path: string, depth = 0): string => {
    const parent = parents.get(path);
    return parent === undefined || depth > 8 ? '' : `${prefixOf(parent.from, depth + 1)}/${parent.prefix}`;
  };
  return new Map(files.map(({ path }) => [path, prefixOf(path).replaceAll(/\/{2,}/g, '/')]));
};

const findTarget = (
  files: readonly AppFile[],
  file: AppFile,
  target: string,
  syntax: MountSyntax,
): string | undefined => {
  const name = /^\w+/.exec(target)?.[0];
  const lines = /require|import/.test(target)
    ? [target]
    : file.text
        .split('\n')
        .filter(
          (line) =>
            name !== undefined && /\b(import|require|from)\b/.test(line) && new RegExp(`\\b${name}\\b`).test(line),
        );
  for (const path of lines.flatMap((line) => syntax.listImported(line, file.path, name ?? ''))) {
    const found = files.find((one) => {
      const stem = one.path.replace(syntax.extension, '').replace(/\/(index|__init__)$/, '');
      return stem === path || stem.endsWith(`/${path}`);
    });
    if (found !== undefined) return found.path;
  }
  return undefined;
};

/** `./routes/users.js` in src/app.js is src/routes/users. */
export const resolveRelative = (path: string, from: string): string =>
  join(dirname(from), path)
    .replace(/\.[cm]?[jt]s$/, '')
    .replace(/\/index$/, '');
