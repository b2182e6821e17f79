import { join } from 'node:path';
import { Command } from 'commander';
import { writeNewApp } from '../plan/index.ts';
import { packageRoot } from '../stage/index.ts';
import type { CommandContext } from './io.ts';

export const initCommand = ({ io }: CommandContext): Command =>
  new Command('init')
    .description('Write a server, a workload and a plan that race as they are, to be changed into your own.')
    .argument('[name]', 'of all three', 'app')
    .option('--dir <folder>', 'where candidates/, workloads/ and plans/ are to be', '.')
    .addHelpText('after', '\nExamples:\n  pitwall init\n  pitwall init shop --dir bench\n')
    .action(async (name: string, { dir }: { readonly dir: string }) => {
      const paths = await writeNewApp({ name, folder: dir, templates: join(packageRoot(), 'templates') });
      io.stdout(`${paths.map((path) => `  ${join(dir, path)}`).join('\n')}\n`);
      io.stderr(`Written. Race it:  pitwall race ${join(dir, 'plans', `${name}.yaml`)}\n`);
    });
