import { expect, test } from 'vitest';
import { formatCauses } from '../../src/report/causes-text.ts';
import { raceView } from '../../src/report/view/race-view.ts';
import { toldRace } from '../support/told-race.ts';

const text = formatCauses(raceView(toldRace()));

test('what binds comes with a change to try that goes no further than the race checked', () => {
  expect(text).toMatch(/^What binds\n {2}/);
  // From 20 round trips not below 10, from 3.7 ms not below 1.85.
  expect(text).toMatch(/axum-bb8: Pool connections bind.*\n {4}Next to try: .*(10 round trips|1\.85 round trip ms)/);
});

test('where no gain may be predicted it says why', () => {
  const race = toldRace();
  const candidates = race.candidates.map((candidate) => ({
    ...candidate,
    rounds: candidate.rounds.map((round) => ({
      ...round,
      // Half of the machine's two cores went to others, so that a full CPU is no check of the model.
      surroundings: { unavailable: [], machine: { busyRatio: 1, otherRatio: 0.8 } },
    })),
  }));
  const withheld = formatCauses(raceView({ ...race, candidates }));
  expect(withheld).toMatch(/Next to try: no gain is predicted, the model was not checked|not explained;/);
  expect(withheld).not.toMatch(/by the model/);
});
