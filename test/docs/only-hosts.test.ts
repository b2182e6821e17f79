import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { repository } from '../support/race-folder.ts';
import { filesBelow } from './manual.ts';

/*
 * What belongs to a host is the business of `hosts/` and `agent/`. Elsewhere it stands only in the places below, each with its
 * reason. An entry that is no longer needed fails the test too: the list can only shrink.
 */
const exceptions: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "'node:child_process'": {
    'cli/race/recorded-command.ts': 'runs the command that the user gave, with the terminal of the user',
    'components/host/end-run.ts': 'removes the network devices of an agent that was killed with its keeper',
  },
  '/proc': {
    'load/engine/open-files.ts': 'the load process asks about itself',
    'race/preflight/machine-facts.ts': 'facts of the machine that pitwall runs on',
    'race/preflight/possible.ts': 'the limits of the machine that pitwall runs on',
    'telemetry/': 'the recorder and the samplers read this machine',
    'wire/relay/timer.ts': 'the relay sets a timer of its own process',
  },
  'process.kill': {},
  '127.0.0.1': {
    'cli/load.ts': 'an example in a help text',
    'cli/web/web-server.ts': "pages are served on the user's own machine",
    'load/ceiling/': 'the load generator is measured against a server in its own process',
    'load/job/target.ts': 'an example in an error message',
    'wire/relay/address.ts': 'where `pitwall tap` listens unless told otherwise',
    'wire/relay/relay.ts': 'one half of a relay listens for the other in the same process',
  },
};

/** A path begins a text; `./process.ts` holds it in its middle. */
const stands = (word: string, code: string): boolean =>
  word === '/proc' ? /['"`]\/proc\b/.test(code) : code.includes(word);

const withoutComments = (path: string): string =>
  readFileSync(join(repository, path), 'utf8')
    .replace(/\/\*.*?\*\//gs, '')
    .replace(/^\s*\/\/.*$/gm, '');

const elsewhere = filesBelow('src', '.ts')
  .filter((path) => !/^src\/(hosts|agent)\//.test(path))
  .map((path) => ({ path: path.slice('src/'.length), code: withoutComments(path) }));

test.each(Object.entries(exceptions))(
  '%s stands in hosts/ and agent/ only, but for named exceptions',
  (word, places) => {
    const entryOf = (path: string): string =>
      Object.keys(places).find((place) => (place.endsWith('/') ? path.startsWith(place) : path === place)) ??
      `${path} (not excepted)`;
    const found = new Set(elsewhere.filter(({ code }) => stands(word, code)).map(({ path }) => entryOf(path)));
    expect([...found].sort()).toEqual(Object.keys(places).sort());
  },
);
