/** A request without parameters that an app seems to answer. */
export interface Route {
  readonly path: string;
  /** The file that says so. */
  readonly from: string;
  /** Whether something around it speaks of a login. */
  readonly isGuarded: boolean;
}

/** One `/` between two parts, none at the end but where it was written. */
export const joinPaths = (...parts: readonly string[]): string => {
  const joined = parts
    .filter((part) => part !== '')
    .map((part) => `/${part}`)
    .join('')
    .replaceAll(/\/{2,}/g, '/');
  return joined === '' ? '/' : joined;
};

/** A path that has a parameter, a pattern or something computed in it. */
export const hasParameters = (path: string): boolean => /[:{}<>*$()[\]|^\\ +?]/.test(path);

export const speaksOfLogin = (text: string): boolean =>
  /auth(?!or)|login|protect|guard|jwt|passport|session|permission|current_?user|secured|requireuser/i.test(
    text.replaceAll(/\w+[._]optional\w*|optional\w+|@Public\(\)|\w+\([^()]*required=False\)/gi, ''),
  );

/** Those that say least of an app, or are not for everybody. */
const poor =
  /(^|\/)(health\w*|ping|ready\w*|live\w*|metrics|status|version|docs?|redoc|swagger\w*|openapi[\w.]*|api-docs|static|assets|public|favicon.*|robots.*|login|logout|signin|signup|register|auth|oauth\w*|me|user|profile|admin|callback|token|refresh|sessions?|feed|test|error)(\/|$|\.)/i;

const isRoot = /^\/(api\/?)?(v\d+\/?)?$/;

/** The most telling first: not a health check, not behind a login. */
export const rankRoutes = (routes: readonly Route[]): readonly Route[] => {
  const score = ({ path, isGuarded }: Route): number =>
    (isGuarded ? 4 : 0) + (poor.test(path) ? 2 : 0) + (isRoot.test(path) ? 3 : 0);
  const unique = routes.filter(({ path }, index) => routes.findIndex((one) => one.path === path) === index);
  return unique.toSorted((a, b) => score(a) - score(b));
};
