import type { AppFolder } from '../app-folder.ts';
import type { Build, Ecosystem } from './ecosystem.ts';

const likelyNames = /(^|\/)(server|api|app|web|http|serve)[\w-]*$/;

/** The folder of the server's main package. */
const findMain = (app: AppFolder): string | undefined => {
  const mains = [
    ...new Set(
      app
        .find(/\.go$/)
        .filter(
          ({ path, text }) =>
            !path.endsWith('_test.go') && /^package main\b/m.test(text) && /^func main\(\)/m.test(text),
        )
        .map(({ path }) => path.split('/').slice(0, -1).join('/')),
    ),
  ];
  return (
    mains.find((folder) => folder === '') ??
    mains.find((folder) => likelyNames.test(folder)) ??
    (mains.length === 1 ? mains[0] : undefined)
  );
};

const readsPort = /(Getenv|LookupEnv|GetString|GetInt|env(config)?:)\(?\s*"\w*PORT\w*"/i;

const examine = (app: AppFolder): Build => {
  const main = findMain(app);
  const text = app
    .find(/\.go$/)
    .map((file) => file.text)
    .join('\n');
  const [, fixed] = /(?:ListenAndServe|Run|Start|Listen|Addr:)\(?\s*"[^":]*:(\d{2,5})"/.exec(text) ?? [];
  // gin's Run() takes PORT.
  const port = fixed === undefined || readsPort.test(text) ? undefined : Number(fixed);
  return {
    requires: ['go'],
    prepare: [['go', 'build', '-o', 'pitwall-server', main === undefined || main === '' ? '.' : `./${main}`]],
    start: main === undefined ? undefined : ['./pitwall-server'],
    startFrom: main === undefined ? 'go.mod' : main === '' ? 'package main' : main,
    ...(port === undefined ? {} : { port }),
    env: { GIN_MODE: 'release' },
  };
};

export const go: Ecosystem = {
  what: 'a Go app',
  language: 'go',
  signs: ['go.mod'],
  sources: /(?<!_test)\.go$/,
  variables: [
    /\b(?:Getenv|LookupEnv|GetString|GetInt|BindEnv|MustGet|getEnv|GetEnv|getenv|env)\(\s*"([A-Z][A-Z0-9_]*)"/g,
    /\b(?:env|envconfig|mapstructure):"([A-Z][A-Z0-9_]*)/g,
  ],
  examine,
};
