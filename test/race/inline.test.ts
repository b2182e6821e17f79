import { expect, test } from 'vitest';
import { makeNotesRace, notesCommand } from '../support/notes-race.ts';
import { sharedModules } from '../support/race-folder.ts';

const app = (name: string, env: Readonly<Record<string, string>> = {}) => ({
  name,
  path: './candidates/notes',
  language: 'javascript',
  start: { command: notesCommand('serve') },
  env: { NODE_PATH: sharedModules, ...env },
  tls: 'off',
  migrate: [notesCommand('migrate')],
  seed: [notesCommand('seed')],
});

test('apps and requests in the plan race; answers of the first are the contract, but for what varies by itself', async () => {
  using race = makeNotesRace();
  race.candidate('notes');
  const candidates = [
    app('first'),
    { use: 'first', as: 'again' },
    { use: 'first', as: 'other', env: { ASKS_NOTHING: '1' } },
  ];
  const { output, result } = await race.run({
    workload: { requests: ['GET /notes', { method: 'POST', path: '/notes', weight: 0.2 }] },
    candidates,
  });
  const [first, again, other] = result.candidates;
  expect([first!.status, again!.status], output).toEqual(['ok', 'ok']);
  expect(first!.contract).toEqual({ ok: true, checked: 2, mismatches: [] });
  expect(output).toContain(
    'the answers of first are the contract; not compared, as it differs between two answers: $.count of POST /notes',
  );
  expect(other!.status).toBe('failed');
  expect(other!.reason).toContain(
    'breaks the contract: GET /notes: at content-type expected application/json, got none',
  );
});

test('who answers otherwise is raced and marked where the contract only reports, and who fails is not', async () => {
  using race = makeNotesRace();
  race.candidate('notes');
  const { output, result } = await race.run({
    workload: { requests: ['GET /notes'], contract: 'report' },
    candidates: [
      { ...app('fails'), migrate: [], seed: [] },
      app('first'),
      { use: 'first', as: 'other', env: { ASKS_NOTHING: '1' } },
    ],
  });
  const [fails, first, other] = result.candidates;
  expect(fails!.reason, output).toMatch(
    /GET \/notes: at status expected 200 to 299, got 500 \(relation "note" does not exist\)/,
  );
  expect(first!.contract!.ok).toBe(true);
  expect([other!.status, other!.rounds.length]).toEqual(['ok', 2]);
  expect(other!.contract!.mismatches[0]).toMatchObject({
    path: 'content-type',
    expected: 'application/json',
    actual: 'none',
  });
  expect(output).toMatch(/other .* differs/);
});
