import { expect, test } from 'vitest';
import { usdPerMillionRequests } from '../../src/result/index.ts';

// The seed's three machines cost 28 + 28 + 60 = 116 USD a month of 2,629,800 s: at 495 requests per second
// 116e6 / (495 * 2629800) = 0.0891 USD a million.
test('the seed’s machines at its rates', () => {
  const prices = { proxy: 28, server: 28, database: 60 };
  expect(usdPerMillionRequests(prices, 495)).toBeCloseTo(0.0891, 4);
  expect(usdPerMillionRequests(prices, 267)).toBeCloseTo(0.1652, 4);
  expect(usdPerMillionRequests(prices, 58)).toBeCloseTo(0.7605, 4);
});

test('no prices or no rate give no cost', () => {
  expect(usdPerMillionRequests(undefined, 495)).toBeUndefined();
  expect(usdPerMillionRequests({}, 495)).toBeUndefined();
  expect(usdPerMillionRequests({ server: 28 }, 0)).toBeUndefined();
});
