import { expect, test } from 'vitest';
import { makeNotesRace, notesCommand } from '../support/notes-race.ts';

const own = { migrate: [notesCommand('migrate')], seed: [notesCommand('seed')] };

test('a server that keeps to its own port is left out with both ports, and races where its candidate.yaml names it', async () => {
  using race = makeNotesRace({}, { method: 'GET' });
  race.candidate('fixed', { ...own, env: { FIXED_PORT: '18431' } });
  race.candidate('named', { ...own, env: { FIXED_PORT: '18432' }, port: 18_432 });
  const { output, result } = await race.run({ blocks: 1 });
  const [fixed, named] = result.candidates;
  expect(fixed!.reason).toMatch(/fixed is not ready. It listens on 18431, not on \d+/);
  expect(named!.status, output).toBe('ok');
});

test('a server that asks no database is told after its calibration, and has its table all the same', async () => {
  using race = makeNotesRace({}, { method: 'GET' });
  race.candidate('silent', { ...own, env: { ASKS_NOTHING: '1' } });
  const { code, output, result } = await race.run({ blocks: 2, calibration: { requests: 5 }, tap: 'calibration' });
  expect(output).toMatch(/silent: no traffic to pitwall’s database was seen/);
  expect(result.candidates[0]!.summary?.requestsPerSecond.mean).toBeGreaterThan(0);
  expect(output).not.toMatch(/NaN|explain\.invalid/);
  expect(output).toMatch(/silent\b.*requests/);
  expect(code).toBe(0);
});
