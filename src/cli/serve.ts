import { once } from 'node:events';
import { Command, InvalidArgumentError } from 'commander';
import { readPageAssets } from './race/page-assets.ts';
import type { CommandContext } from './terminal/io.ts';
import { openStoredRaces } from './web/shelf.ts';

export const serveCommand = ({ io }: CommandContext): Command =>
  new Command('serve')
    .description('Show stored races in a browser: list, filter, trends, reports, any two compared. On loopback only.')
    .option('--results <folder>', 'where races are', 'results')
    .option('--port <n>', 'where to listen; without it the system chooses', wholePort, 0)
    .addHelpText('after', '\nExamples:\n  pitwall serve\n  pitwall serve --results /srv/races --port 8800\n')
    .action(async ({ results, port }: { readonly results: string; readonly port: number }) => {
      const { signal } = io;
      await using storedRaces = await openStoredRaces(port, results, { report: readPageAssets('report') });
      io.stdout(`${storedRaces.url}\n`);
      io.stderr('Ctrl-C ends it.\n');
      if (!signal.aborted) await once(signal, 'abort');
    });

const wholePort = (text: string): number => {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new InvalidArgumentError('It must be a port.');
  return port;
};
