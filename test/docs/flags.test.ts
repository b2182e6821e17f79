import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Option } from 'commander';
import { describe, expect, test } from 'vitest';
import { missingOptions } from '../../src/cli/load/oha-options.ts';
import type { Io } from '../../src/cli/terminal/io.ts';
import { runProgram } from '../../src/cli/terminal/program.ts';
import { repository } from '../support/race-folder.ts';
import { filesBelow, pages } from './manual.ts';

const helpOf = async (...args: readonly string[]): Promise<string> => {
  let help = '';
  const io: Io = {
    stdout: (text) => {
      help += text;
    },
    stderr: () => {},
    stdoutIsTty: false,
    stderrIsTty: false,
    columns: 80,
    color: false,
    signal: new AbortController().signal,
    env: {},
  };
  await runProgram([...args, '--help'], io);
  return help;
};

const flagsIn = (text: string): readonly string[] =>
  [...text.matchAll(/(?<![\w-])--[a-z][a-z0-9-]*/g)].map(([flag]) => flag);

const commands = [...(await helpOf()).matchAll(/^ {2}([a-z]+) /gm)]
  .map(([, name]) => name!)
  .filter((name) => name !== 'help');
const flagsOf = new Map<string, ReadonlySet<string>>();
for (const name of commands) flagsOf.set(name, new Set(flagsIn(await helpOf(name))));

/** Flags of the benches, by their sources: `parseArgs` has them as keys. */
const benchSources = filesBelow('bench', '.ts')
  .map((path) => readFileSync(join(repository, path), 'utf8'))
  .join('\n');
const isOfBench = (flag: string): boolean =>
  benchSources.includes(flag) || new RegExp(`^\\s*'?${flag.slice(2)}'?: \\{ type:`, 'm').test(benchSources);

/** docs/load.md names what oha has and pitwall has not. */
const isMissingOption = (flag: string): boolean => missingOptions.some(({ flags }) => new Option(flags).long === flag);

/** Flags of other programs that the pages speak of. */
const others = new Set([
  ...['--latency-correction'], // oha
  ...['--no-color'], // hidden: the other name of --disable-color
  ...['--threads', '--access-logformat', '--no-control-socket'], // gunicorn
  ...['--universal', '--generate-hashes'], // uv
  ...['--path', '--root', '--locked'], // cargo
  ...['--extract'], // dpkg-deb
  ...['--csv'], // sqlite3
  ...['--rr'], // chrt
  ...['--import'], // node
  ...['--save-dev', '--global', '--prefix', '--install-strategy'], // npm
]);

test('the program has the commands that are looked at', () => {
  expect(commands).toContain('race');
  expect(commands.length).toBeGreaterThan(10);
});

describe.each(pages.map((page) => [page.path, page.text] as const))('%s', (_path, text) => {
  test('mentions no flag that no program has', () => {
    const known = (flag: string): boolean =>
      [...flagsOf.values()].some((flags) => flags.has(flag)) ||
      others.has(flag) ||
      isOfBench(flag) ||
      isMissingOption(flag) ||
      (flag.endsWith('-') && [...flagsOf.values()].some((flags) => [...flags].some((one) => one.startsWith(flag)))) ||
      flag === '--help';
    expect(flagsIn(text).filter((flag) => !known(flag))).toEqual([]);
  });

  test('gives each command only flags that it has', () => {
    const wrong = [...text.matchAll(/(?:npx )?\bpitwall ([a-z]+)\b([^\n`|]*)/g)].flatMap(([line, command, rest]) => {
      const flags = flagsOf.get(command!);
      // Behind `--` begins a command to record.
      const own = rest!.split(/ -- /)[0]!.replace(/"[^"]*"/g, '');
      return flags === undefined
        ? []
        : flagsIn(own)
            .filter((flag) => !flags.has(flag))
            .map((flag) => `${flag} in "${line}"`);
    });
    expect(wrong).toEqual([]);
  });
});
