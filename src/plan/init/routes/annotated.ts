import type { AppFolder } from '../app-folder.ts';
import { hasParameters, joinPaths, type Route, speaksOfLogin } from './route.ts';

/** Spring: a class has `@RequestMapping("/api")`, its methods `@GetMapping("/items")`. */
export const findSpringRoutes = (app: AppFolder): readonly Route[] =>
  app
    .find(/\.(java|kt)$/)
    .filter(({ text }) => /@(Rest)?Controller\b/.test(text))
    .flatMap(({ path: from, text }) => {
      const [head = '', ...rest] = text.split(/\bclass\s+\w+/);
      const [, base = ''] = /@RequestMapping\(\s*(?:(?:value|path)\s*=\s*)?\{?\s*"([^"]*)"/.exec(head) ?? [];
      return [
        ...rest
          .join('')
          .matchAll(/@GetMapping(?:\(\s*(?:(?:value|path)\s*=\s*)?\{?\s*(?:"([^"]*)")?[^)]*\))?([^{;]*)/g),
      ].map(([, path = '', after = '']) => ({
        path: joinPaths(base, path),
        from,
        // A parameter without a default must be given.
        isGuarded: speaksOfLogin(after) || /@RequestParam(?!\([^)]*(required\s*=\s*false|defaultValue))/.test(after),
      }));
    })
    .filter(({ path }) => !hasParameters(path));

/** axum, actix and rocket; a prefix is taken where the app has but one. */
export const findRustRoutes = (app: AppFolder): readonly Route[] => {
  const files = app.find(/\.rs$/);
  const nests = [
    ...new Set(
      files.flatMap(({ text }) =>
        [...text.matchAll(/(?:\.nest|scope|\.mount)\(\s*"(\/[^"]*)"/g)].map(([, prefix]) => prefix!),
      ),
    ),
  ];
  const prefix = nests.length === 1 ? nests[0]! : '';
  return files
    .flatMap(({ path: from, text }) =>
      [/\.route\(\s*"(\/[^"]*)"\s*,[^"]{0,200}?\bget\s*\(([^\n]*)/g, /#\[get\("(\/[^"]*)"[^\]]*\]([^{]*)/g].flatMap(
        (pattern) =>
          [...text.matchAll(pattern)].map(([, path = '', rest = '']) => ({
            path: joinPaths(prefix, path === '/' ? '' : path),
            from,
            isGuarded: speaksOfLogin(rest),
          })),
      ),
    )
    .filter(({ path }) => !hasParameters(path));
};
