import { expect, test } from 'vitest';
import { runCauseRace } from '../../bench/causes/cause-race.ts';
import { causes } from '../../bench/causes/plants.ts';

// The long form, with 100 servers, is `npm run selftest:causes`.
test('a planted bottleneck is named by what a real race of the server measures', async () => {
  const answers = [];
  for (const cause of causes) answers.push(...(await runCauseRace(cause, 1, 1)));
  const wrong = answers.filter(({ cause, named = cause }) => named !== cause);
  expect(wrong).toEqual([]);
  // Rounds of 0.8 s on a busy machine may scatter too much for an answer.
  expect(answers.filter(({ named }) => named === undefined).length).toBeLessThanOrEqual(causes.length / 2);
}, 300_000);
