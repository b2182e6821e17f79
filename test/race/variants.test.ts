import { expect, test } from 'vitest';
import { makeNotesRace, notesCommand } from '../support/notes-race.ts';

const own = { migrate: [notesCommand('migrate')], seed: [notesCommand('seed')] };

test('variants of one folder differ by their environment and by a patch, each with a calibration of its own', async () => {
  using race = makeNotesRace({}, { method: 'GET' });
  race.candidate('notes', own);
  race.write('candidates/notes/version.txt', 'old\n');
  const patch = [
    '--- a/version.txt',
    '+++ b/version.txt',
    '@@ -1 +1 @@',
    '-old',
    '+new',
    '--- a/notes-server.cjs',
    '+++ b/notes-server.cjs',
    '@@ -1,4 +1,5 @@',
    ' // An app that brings its own tables: `migrate`, `seed`, or a server that writes. With MIGRATES=start it alters them whenever it starts.',
    "+process.env.ASKS_NOTHING ??= require('node:fs').readFileSync('version.txt', 'utf8') === 'new\\n' ? 'yes' : '';",
    " const { createServer } = require('node:http');",
    " const { readFileSync } = require('node:fs');",
    " const { Pool } = require('pg');",
    '',
  ];
  race.write('no-database.patch', patch.join('\n'));
  race.write('wrong.patch', patch.join('\n').replace('-old', '-other'));
  const use = './candidates/notes';
  const { output, result } = await race.run({
    candidates: [
      use,
      { use, as: 'by-env', env: { ASKS_NOTHING: 'yes' } },
      { use, as: 'by-patch', patch: './no-database.patch' },
      { use, as: 'wrong', patch: './wrong.patch' },
    ],
    blocks: 1,
    calibration: { requests: 5 },
    tap: 'calibration',
  });
  const told = result.candidates.map(({ name, status, reason, calibration }) => [
    name,
    reason ?? status,
    calibration?.roundTrips,
  ]);
  expect(new Map(told.map(([name, ...facts]) => [name, facts])), output).toEqual(
    new Map([
      ['notes', ['ok', 1]],
      ['by-env', ['ok', 0]],
      ['by-patch', ['ok', 0]],
      ['wrong', [expect.stringMatching(/git apply[\s\S]*version\.txt/), undefined]],
    ]),
  );
});
