// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are placeholders of pitwall.
import { expect, test } from 'vitest';
import { makeNotesRace, notesCommand } from '../support/notes-race.ts';

const own = { migrate: [notesCommand('migrate')], seed: [notesCommand('seed')] };

test('an app without TLS is calibrated and raced, also behind a pooler', async () => {
  for (const pooler of [false, { connections: 5 }]) {
    using race = makeNotesRace({}, { method: 'GET' });
    race.candidate('clear', { ...own, tls: 'off' });
    const { output, result } = await race.run({ calibration: { requests: 10 }, tap: 'calibration', blocks: 1, pooler });
    const [clear] = result.candidates;
    expect(clear!.status, output).toBe('ok');
    expect(clear!.calibration?.roundTrips).toBe(1);
    expect(clear!.calibration?.connectRoundTrips?.tls).toBe(0);
  }
});

test('an app finds its database by a file that is written from a template', async () => {
  using race = makeNotesRace({}, { method: 'GET' });
  race.candidate('file', {
    ...own,
    tls: 'off',
    files: { 'config/database.json': 'database.json.template' },
    // Where it would look without its file, nobody listens.
    env: { CONFIG: 'config/database.json', PGHOST: '127.0.0.9', PGPORT: '9', URL: '${database.jdbcUrl}' },
  });
  race.write(
    'candidates/file/database.json.template',
    '{ "host": "${database.host}", "port": ${database.port}, "user": "${database.user}", "password": "${database.password}", "database": "${database.name}" }',
  );
  const { output, result } = await race.run({ blocks: 1 });
  expect(result.candidates[0]!.status, output).toBe('ok');
});

test('a placeholder in a template that stands for nothing is told with its line', async () => {
  using race = makeNotesRace();
  race.candidate('file', { ...own, files: { 'app.ini': 'app.template' } });
  race.write('candidates/file/app.template', 'a = ${HOME}\nb = ${database.uri}\n');
  const { result } = await race.run();
  expect(result.candidates[0]!.reason).toContain('app.template:2: ${database.uri} stands for nothing.');
});
