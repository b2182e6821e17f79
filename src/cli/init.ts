import { join } from 'node:path';
import { Command } from 'commander';
import { packageRoot } from '../components/index.ts';
import {
  describeOtherDatabase,
  type FoundApp,
  findApp,
  type WrittenPlan,
  writeAppPlan,
  writeNewApp,
} from '../plan/index.ts';
import type { CommandContext } from './terminal/io.ts';

export const initCommand = ({ io }: CommandContext): Command =>
  new Command('init')
    .description(
      'In the folder of an application, write its plan: one pitwall.yaml that says how it is built, started, migrated and asked. Elsewhere, write an example (a server in Node, a workload and a plan) that races as it is. Nothing is ever overwritten.',
    )
    .argument('[name]', 'of the example', 'app')
    .option('--dir <folder>', 'the application’s folder, or where the example is to be', '.')
    .option('--example', 'write the example even into the folder of an application')
    .addHelpText(
      'after',
      '\nExamples:\n  cd my-app && pitwall init && pitwall race\n  pitwall init --dir my-app\n  pitwall init shop --dir bench --example\n',
    )
    .action(async (name: string, { dir, example }: { readonly dir: string; readonly example?: true }) => {
      const app = example === true ? undefined : findApp(dir);
      if (app !== undefined) {
        const written = writeAppPlan(app, dir);
        io.stdout(`  ${written.path}\n`);
        io.stderr(describeFound(app, written, dir));
        return;
      }
      const paths = await writeNewApp({ name, folder: dir, templates: join(packageRoot(), 'templates') });
      io.stdout(`${paths.map((path) => `  ${join(dir, path)}`).join('\n')}\n`);
      io.stderr(`Written. Race it:  pitwall race ${join(dir, 'plans', `${name}.yaml`)}\n`);
    });

/** What was found, and what is left to do. */
const describeFound = (app: FoundApp, { path, missing }: WrittenPlan, dir: string): string => {
  const { build, migrations, environment, routes, otherDatabase } = app;
  const found = (label: string, text: string): string => `  ${label.padEnd(9)} ${text}`;
  const words = (command: readonly string[]): string => command.join(' ');
  const tables = [...(migrations?.migrate ?? []), ...(migrations?.seed ?? [])].map(words).join(', then ');
  const [first, ...others] = routes;
  const notes = [
    ...(build.notes ?? []),
    ...(otherDatabase === undefined ? [] : [describeOtherDatabase(otherDatabase)]),
    ...(environment.database.length > 0 ? [] : [describeNoDatabase(app, path)]),
    ...(environment.services.length === 0
      ? []
      : [
          `It may need ${environment.services.join(' and ')}, which pitwall does not start: have it run, and write its address into env.`,
        ]),
  ];
  return `${[
    `${app.what.slice(0, 1).toUpperCase()}${app.what.slice(1)} (${app.sign})`,
    ...(build.prepare.length === 0 ? [] : [found('built', build.prepare.map(words).join(', then '))]),
    found(
      'tables',
      migrations === undefined
        ? 'no migrations found: made when it starts?'
        : `${tables || migrations.schema} (${migrations.tool})`,
    ),
    ...(build.start === undefined ? [] : [found('started', `${words(build.start)} (${build.startFrom})`)]),
    found('database', environment.database.join(' ') || 'no variable found'),
    ...(first === undefined
      ? []
      : [
          found(
            'request',
            `GET ${first.path} (${first.from})${others.length === 0 ? '' : `; others stand in a comment`}`,
          ),
        ]),
    ...notes.map((note) => `Note: ${note}`),
    ...missing.map(({ what, line }) => `Not found, write it at ${path}:${line}: ${what}`),
    `${missing.length === 0 ? '' : 'Then r'}${missing.length === 0 ? 'R' : ''}ace it:  ${dir === '.' ? 'pitwall race' : `pitwall race ${path}`}`,
  ].join('\n')}\n`;
};

const describeNoDatabase = ({ writtenAddress }: FoundApp, path: string): string =>
  `No variable says where its database is. ${
    writtenAddress === undefined
      ? `It has PGHOST, DATABASE_URL and the like; if it reads its address from a file, write that with \`files\` in ${path} (docs/candidates.md).`
      : `${writtenAddress} names an address itself: let it read DATABASE_URL, or PGHOST and the like.`
  }`;
