import type { AppFolder } from '../app-folder.ts';
import { findPrefixes, type MountSyntax, resolveRelative } from './mounts.ts';
import { hasParameters, joinPaths, type Route, speaksOfLogin } from './route.ts';

const sources = /\.([cm]?[jt]s)$/;

const mounts: MountSyntax = {
  patterns: [
    /\.(?:use|route)\(\s*['"`](?<prefix>\/[^'"`]*)['"`]\s*,\s*(?:[\w.()]+\s*,\s*)*(?<target>(?:require\([^)]*\)|\w+)[^)\n]*)\)/g,
    /\.use\(\s*(?<target>\w+|require\([^)]*\))(?:\(\))?\s*\)/g,
    /\.register\(\s*(?<target>\w+|(?:require|import)\([^)]*\))\s*,\s*\{[^}]*prefix:\s*['"`](?<prefix>[^'"`]*)['"`]/g,
  ],
  listImported: (line, from) =>
    [...line.matchAll(/['"`](\.[^'"`]*)['"`]/g)].map(([, path]) => resolveRelative(path!, from)),
  extension: sources,
};

/** Groups `path` and `rest`, what follows up to the handler. */
const patterns = [
  /\b\w*(?:app|router|server|fastify|api|routes?|instance)\.get\(\s*(?:<[^(]*>\()?(?<quote>['"`])(?<path>\/[^'"`]*)\k<quote>(?<rest>(?:(?!\n\s*\w+\.)[^{=;]){0,200})/gi,
  /\.route\(\s*(?<quote>['"`])(?<path>\/[^'"`]*)\k<quote>\s*\)\s*\.get\((?<rest>(?:(?!\n\s*\w+\.)[^{=;]){0,200})/g,
  /method:\s*['"]GET['"],\s*(?:url|path):\s*(?<quote>['"])(?<path>\/[^'"]*)\k<quote>(?<rest>(?:(?!\n\s*\w+\.)[^{=;]){0,200})/g,
  /(?:url|pathname|path)\s*[!=]={1,2}\s*(?<quote>['"`])(?<path>\/[^'"`]*)\k<quote>(?<rest>(?:(?!\n\s*\w+\.)[^{=;]){0,200})/g,
  /\bcase\s+(?<quote>['"])(?:GET )?(?<path>\/[^'"]*)\k<quote>\s*:(?<rest>)/g,
];

export const findJavascriptRoutes = (app: AppFolder): readonly Route[] => {
  const files = app.find(sources);
  const prefixes = findPrefixes(files, mounts);
  const plain = files.flatMap(({ path: from, text }) =>
    patterns.flatMap((pattern) =>
      [...text.matchAll(pattern)].map(({ groups }) => ({
        path: joinPaths(prefixes.get(from) ?? '', groups!['path'] === '/' ? '' : groups!['path']!),
        from,
        isGuarded: speaksOfLogin(groups!['rest'] ?? ''),
      })),
    ),
  );
  return [...plain, ...findNestRoutes(app)].filter(({ path }) => !hasParameters(path));
};

/** `@Controller('items')` and below it `@Get()`; a guard stands above either. */
const findNestRoutes = (app: AppFolder): readonly Route[] => {
  const files = app.find(/\.ts$/);
  const [, global = ''] =
    files.map(({ text }) => /setGlobalPrefix\(\s*['"`]([^'"`]*)['"`]/.exec(text)).find((match) => match !== null) ?? [];
  return files.flatMap(({ path: from, text }) =>
    text
      .split(/(?=@Controller\()/)
      .filter((part) => part.startsWith('@Controller('))
      .flatMap((controller) => {
        const [, base = ''] = /^@Controller\(\s*(?:\{[^}]*path:\s*)?['"`]([^'"`]*)['"`]/.exec(controller) ?? [];
        return [...controller.matchAll(/@Get\(\s*(?:['"`]([^'"`]*)['"`])?\s*\)((?:\s*@[^\n]*)*[^\n]*)/g)].map(
          ([, path = '', rest]) => ({
            path: joinPaths(global, base, path),
            from,
            isGuarded: speaksOfLogin(`${rest}${/@UseGuards\([^\n]*\)[\s\S]*?class /.exec(controller)?.[0] ?? ''}`),
          }),
        );
      }),
  );
};
