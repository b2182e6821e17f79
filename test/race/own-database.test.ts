import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { makeNotesRace, type NotesRace, notesCommand } from '../support/notes-race.ts';
import { describeWith } from '../support/parts.ts';
import { postgresBin, startTestPostgres } from '../support/postgres.ts';

const [migrate, seed] = [[notesCommand('migrate')], [notesCommand('seed')]];
const begins = (result: Awaited<ReturnType<NotesRace['run']>>['result']) =>
  result.candidates.map(({ rounds }) => rounds.map(({ database }) => database!));
const expectMeasured = (result: Awaited<ReturnType<NotesRace['run']>>['result'], output: string) =>
  expect(
    result.candidates.map(({ status, reason, rounds }) => [status, reason, rounds.length]),
    output,
  ).toEqual(result.candidates.map(() => ['ok', undefined, 2]));

describe('an app with tables of its own', () => {
  test('is migrated and seeded by its own commands, once, and every round of writes begins alike', async () => {
    using race = makeNotesRace();
    race.candidate('one', { migrate, seed });
    race.candidate('two', { migrate, seed, env: { MIGRATES: 'start' } });
    const { output, result } = await race.run();
    expectMeasured(result, output);
    const states = begins(result);
    for (const ofOne of states) {
      expect(ofOne.every(({ isRestored }) => isRestored)).toBe(true);
      expect(ofOne.every(({ restoreMs }) => restoreMs > 0)).toBe(true);
    }
    expect(new Set(states.flat().map(({ checksum }) => checksum)).size).toBe(1);
  });

  test('that only reads is restored for nobody', async () => {
    using race = makeNotesRace({ seedCommands: [['sh', '-c', 'echo workload $PGDATABASE']] }, { method: 'GET' });
    race.candidate('one', { migrate, seed });
    const { output, result, logs } = await race.run();
    expectMeasured(result, output);
    expect(logs()).toContain('workload race');
    expect(begins(result)[0]!.map(({ isRestored }) => isRestored)).toEqual([false, false]);
  });

  test('whose migration fails is left out with the end of its log', async () => {
    using race = makeNotesRace();
    race.candidate('one', { migrate: [notesCommand('fail')] });
    const { result } = await race.run();
    expect(result.candidates[0]!.reason).toMatch(/one: `node .* fail` ended with code 1[\s\S]*no_such_table/);
  });
});

describeWith(['postgresql'], 'a pg_dump is data as it is', () => {
  test.each([{ format: 'plain' }, { format: 'plain', inserts: true }, { format: 'custom' }])(
    '%o',
    async ({ format, inserts = false }) => {
      await using postgres = await startTestPostgres();
      const env = { PATH: process.env['PATH'], PGPASSWORD: postgres.password };
      const at = ['-h', postgres.host, '-p', String(postgres.port), '-U', postgres.user];
      const sql = `CREATE ROLE somebody; CREATE TABLE note (id serial PRIMARY KEY, text text NOT NULL);
      INSERT INTO note (text) SELECT E'line\\nnext\\\\ \\t' || n || ' \u2028 ''$$' FROM generate_series(1, 20) n;
      CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$ SELECT 1; $$;
      ALTER TABLE note OWNER TO somebody; GRANT SELECT ON note TO somebody`;
      execFileSync(join(postgresBin()!, 'psql'), [...at, 'postgres', '-qc', sql], { env });
      using race = makeNotesRace({ schema: 'app.dump' }, { least: 20 });
      const file = join(race.folder, 'workloads', 'notes', 'app.dump');
      execFileSync(
        join(postgresBin()!, 'pg_dump'),
        [...at, `-F${format[0]}`, ...(inserts ? ['--inserts'] : []), '-f', file, 'postgres'],
        {
          env,
        },
      );
      // Owned by the app: it alters the table at its start.
      race.candidate('one', { env: { MIGRATES: 'start' } });
      const { output, result } = await race.run();
      expectMeasured(result, output);
    },
  );
});
