import { describe, expect, test } from 'vitest';
import { exactly, explain, predict } from '../../../src/explain/index.ts';
import { formatRaceText, raceView } from '../../../src/report/index.ts';
import { limitText } from '../../../src/report/terminal/limits.ts';
import { axum } from '../../explain/seed.ts';
import { seedTold, toldRace } from '../../support/told-race.ts';

const text = formatRaceText(raceView(toldRace()));

describe('what limits a candidate', () => {
  test('comes with its numbers and one thing to try, the costly habit before anything else', () => {
    expect(text).toMatch(
      /axum-bb8 +20 database connections, each held for \S+ ms per request.*20 round trips of 3\.7 ms/,
    );
    const step = /axum-bb8 .*\n +try: (.*)/.exec(text)![1];
    // From 20 round trips the race reaches down to 10, so that one statement instead of 20 gives at least as much.
    expect(step).toMatch(
      /^fetch the rows of a loop with one statement \(N\+1\): saves 19 of 20 round trips, at least 1\.\d+x predicted$/,
    );
  });

  test('has one line to try for each candidate', () => {
    expect(text.match(/^ +try: /gm)).toHaveLength(seedTold.length);
  });

  test('is not known where the model does not give the rate, and nothing is predicted then', () => {
    const told = seedTold.map((one) => ({ ...one, requestsPerSecond: one.requestsPerSecond / 3 }));
    const unexplained = formatRaceText(raceView(toldRace(told)));
    expect(unexplained).toMatch(/axum-bb8 +not known: the model gives \S+ requests\/s, measured were \S+/);
    expect(unexplained).toMatch(/try: fetch the rows of a loop.*round trips$/m);
    expect(unexplained).not.toContain('predicted');
  });

  test('names the component whose CPU it is where the processor of the machine is full', () => {
    const hosts = [
      { name: 'machine', cores: 2, takenCores: exactly(1.6), components: ['server', 'database', 'pooler'] as const },
    ];
    const demands = { ...axum, cpuMs: { server: exactly(1), database: exactly(8), pooler: exactly(1) }, hosts };
    const explanation = explain(demands, { requestsPerSecond: exactly(40) });
    expect(limitText({ demands, explanation })).toBe(
      'the machine’s CPU is full: 10 ms per request in all (database 80 %, server 10 %); other programs used 1.6 of 2 cores',
    );
  });

  test('is not named where two resources are as close as that', () => {
    // Somewhere between few connections and many the one gives way to the other.
    const models = [24, 26, 28, 30, 32].map((connections) => {
      const demands = { ...axum, client: { ...axum.client, connections } };
      const perSecond = predict(demands).requestsPerSecond.value;
      return { demands, explanation: explain(demands, { requestsPerSecond: exactly(perSecond) }) };
    });
    const close = models.find(({ explanation }) => explanation.prediction.bottleneck.kind === 'cant-tell');
    expect(limitText(close!)).toMatch(
      /^(database connections|the number of client connections) or .*, too close to tell$/,
    );
  });
});
