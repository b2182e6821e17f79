/** Whether a path (relative, of a file or a folder) is ignored; undefined where no rule speaks of it. */
export type IgnoreRules = (path: string, isFolder: boolean) => boolean | undefined;

/** Nobody writes longer patterns by hand. */
const longestPattern = 1_000;

/** The rules of a .gitignore (man 5 gitignore), for paths relative to its folder: the last one that matches decides. */
export const parseIgnoreRules = (text: string): IgnoreRules => {
  const rules = text.split(/\r?\n/).flatMap(parseRule);
  return (path, isFolder) =>
    rules.findLast(({ pattern, foldersOnly }) => (isFolder || !foldersOnly) && pattern.test(`/${path}`))?.ignores;
};

const parseRule = (line: string) => {
  const written = line.replace(/(?<!\\)\s+$/, '');
  if (written === '' || written.startsWith('#') || written.length > longestPattern) return [];
  const isNegated = written.startsWith('!');
  const text = isNegated ? written.slice(1) : written;
  const foldersOnly = text.endsWith('/');
  const body = foldersOnly ? text.slice(0, -1) : text;
  // From the folder down where a slash is in it, else at any depth; the slash at the front is part of `/**`.
  const source = body.includes('/') ? translate(body.replace(/^\/?/, '/')) : `.*/${translate(body)}`;
  try {
    return [{ pattern: new RegExp(`^${source}$`, 'su'), foldersOnly, ignores: !isNegated }];
  } catch {
    // A class such as [z-a]: git matches nothing with it either.
    return [];
  }
};

/** Stars and folders of any depth, in the order in which they are looked for. */
const pieces = /(?<=^|\/)\*\*\/|(?<=\/)\*\*$|\*+|\?|\[(?:\\.|[^\]\\])+\]|\\.|[\s\S]/gu;

const translate = (glob: string): string =>
  glob.replace(pieces, (piece, at: number) => {
    if (piece === '**/') return '(?:.*/)?';
    if (piece === '**' && at > 0 && glob[at - 1] === '/' && at + 2 === glob.length) return '.*';
    if (piece.startsWith('*')) return '[^/]*';
    if (piece === '?') return '[^/]';
    if (piece.length > 2 && piece.startsWith('[')) return piece.replace(/^\[!/, '[^');
    return escapeSign(piece.length > 1 && piece.startsWith('\\') ? piece.slice(1) : piece);
  });

const escapeSign = (sign: string): string => sign.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
