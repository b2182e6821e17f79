import { join } from 'node:path';
import { Command } from 'commander';
import { PitwallError } from '../base/index.ts';
import { packageRoot } from '../components/index.ts';
import { type FoundApp, findApp, writeNewApp } from '../plan/index.ts';
import type { CommandContext } from './terminal/io.ts';

export const initCommand = ({ io }: CommandContext): Command =>
  new Command('init')
    .description(
      'Write an example (a server in Node, a workload and a plan) that races as it is, to be changed into your own.',
    )
    .argument('[name]', 'of all three', 'app')
    .option('--dir <folder>', 'where candidates/, workloads/ and plans/ are to be', '.')
    .option('--example', 'write the example even into the folder of an application')
    .addHelpText('after', '\nExamples:\n  pitwall init\n  pitwall init shop --dir bench\n')
    .action(async (name: string, { dir, example }: { readonly dir: string; readonly example?: true }) => {
      const app = example === true ? undefined : findApp(dir);
      if (app !== undefined) throw new PitwallError('usage.invalid', describeOwnApp(app, dir));
      const paths = await writeNewApp({ name, folder: dir, templates: join(packageRoot(), 'templates') });
      io.stdout(`${paths.map((path) => `  ${join(dir, path)}`).join('\n')}\n`);
      io.stderr(`Written. Race it:  pitwall race ${join(dir, 'plans', `${name}.yaml`)}\n`);
    });

/** An example server is not what somebody wants who has one. */
const describeOwnApp = ({ what, file, start }: FoundApp, folder: string): string =>
  [
    `${join(folder, file)} says that this is ${what}, and init cannot write the plan of an application that exists; nothing was written.`,
    'If it runs already, race it by its URLs: pitwall race URL_A URL_B.',
    `Or write a candidate.yaml with \`start: {command: [${start.join(', ')}]}\` beside it (docs/candidates.md), and a workload with its requests (docs/workloads.md).`,
    'For the example in Node all the same, add --example, or --dir with another folder.',
  ].join('\n  ');
