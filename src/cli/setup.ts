import { Argument, Command } from 'commander';
import { cacheFolder } from '../components/index.ts';
import { allParts, type PartName, parts } from '../setup/index.ts';
import { describeImpossible, setUpParts } from './race/set-up.ts';
import { type CommandContext, exitCode } from './terminal/io.ts';

export const setupCommand = ({ io, setExitCode }: CommandContext): Command =>
  new Command('setup')
    .description('Install what races use and this machine lacks. A race does it by itself for what its plan uses.')
    .addArgument(
      new Argument('[parts...]', 'what to install; without a name all that races use').choices([...allParts]),
    )
    .addHelpText(
      'after',
      `
As root it installs Debian's packages by apt. Anybody else gets them unpacked into pitwall's cache, and nothing else on
the machine changes. What is there already is left alone.

Parts:
${allParts.map((name) => `  ${name.padEnd(16)} ${parts[name].title}: ${parts[name].use}`).join('\n')}
`,
    )
    .action(async (names: PartName[]) => {
      const isRoot = process.getuid?.() === 0;
      const wanted = names.length > 0 ? names : allParts.filter((name) => isForRaces(name, isRoot));
      const cache = cacheFolder(io.env, isRoot);
      const { installed, impossible } = await setUpParts(wanted, 'retry', cache, io);
      for (const part of impossible) io.stderr(`${describeImpossible(part)}\n`);
      if (impossible.length > 0) setExitCode(exitCode.failed);
      else if (installed.length === 0) io.stdout('Everything is there.\n');
    });

const isForRaces = (name: PartName, isRoot: boolean): boolean =>
  parts[name].forTests !== true && (isRoot || parts[name].needsRoot !== true);
