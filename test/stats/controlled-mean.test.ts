import fc from 'fast-check';
import { expect, test } from 'vitest';
import { controlledMean, createRandom, meanInterval } from '../../src/stats/index.ts';

test('what the controls explain is no doubt, and moves the mean', () => {
  const { mean, low, high } = controlledMean([13, 11, 14, 10, 12], [[1, -1, 2, -2, 0]]);
  expect(mean).toBeCloseTo(12, 9);
  expect(high - low).toBeCloseTo(0, 9);
  // All the controls lie above their true mean, 0: so do the values above theirs.
  expect(controlledMean([13, 14, 15, 16], [[1, 2, 3, 4]]).mean).toBeCloseTo(12, 9);
});

test('without controls it is the mean with its t interval', () => {
  const values = [98, 101, 103, 99, 102];
  const { mean, low, high } = controlledMean(values, []);
  const half = (2.776_445 * Math.sqrt(4.3)) / Math.sqrt(5);
  expect(mean).toBeCloseTo(100.6, 9);
  expect(low).toBeCloseTo(100.6 - half, 4);
  expect(high).toBeCloseTo(100.6 + half, 4);
});

// Montgomery, Peck & Vining, "Introduction to Linear Regression Analysis", delivery times: intercept 2.341 with standard error 1.097.
test('a published regression on two variables gives its intercept and that one’s standard error', () => {
  const minutes = [
    16.68, 11.5, 12.03, 14.88, 13.75, 18.11, 8, 17.83, 79.24, 21.5, 40.33, 21, 13.5, 19.75, 24, 29, 15.35, 19, 9.5,
    35.1, 17.9, 52.32, 18.75, 19.83, 10.75,
  ];
  const cases = [7, 3, 3, 4, 6, 7, 2, 7, 30, 5, 16, 10, 4, 6, 9, 10, 6, 7, 3, 17, 10, 26, 9, 8, 4];
  const feet = [
    560, 220, 340, 80, 150, 330, 110, 210, 1460, 605, 688, 215, 255, 462, 448, 776, 200, 132, 36, 770, 140, 810, 450,
    635, 150,
  ];
  const { mean, high } = controlledMean(minutes, [cases, feet]);
  expect(mean).toBeCloseTo(2.341, 3);
  expect((high - mean) / 2.073_873).toBeCloseTo(1.097, 3);
});

test('a control that never moved, or that says what others say, counts as none', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 6, maxLength: 20 }), (control) => {
      const random = createRandom(control.length);
      const values = control.map((value) => 7 + 3 * value + random.normal(0, 1));
      const alone = controlledMean(values, [control]);
      const doubled = control.map((value) => -2 * value);
      const crowded = controlledMean(values, [control.map(() => 0), control, doubled]);
      expect(crowded.mean).toBeCloseTo(alone.mean, 6);
      expect(crowded.high).toBeCloseTo(alone.high, 6);
    }),
  );
});

test('its interval covers the truth as often as it says, and is narrower than that of the mean', () => {
  const random = createRandom(5);
  let covered = 0;
  let narrower = 0;
  for (let trial = 0; trial < 1_000; trial += 1) {
    const controls = [0, 1].map(() => Array.from({ length: 20 }, () => random.normal(0, 1)));
    const values = controls[0]!.map((first, index) => 10 + 2 * first - controls[1]![index]! + random.normal(0, 1));
    const { low, high } = controlledMean(values, controls);
    const plain = meanInterval(values);
    if (low <= 10 && 10 <= high) covered += 1;
    if (plain.kind === 'interval' && high - low < plain.high - plain.low) narrower += 1;
  }
  expect(covered).toBeGreaterThan(930);
  expect(covered).toBeLessThan(970);
  expect(narrower).toBeGreaterThan(950);
});

test('too few values for the controls are refused by name', () => {
  expect(() => controlledMean([1, 2], [[1, 2]])).toThrow(/2 values|more than 2/);
  expect(() => controlledMean([1, Number.NaN, 3], [])).toThrow(/controlledMean/);
});
