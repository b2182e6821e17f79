import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type ClockExchange, estimateOffset } from '../../src/hosts/clock-offset.ts';

test('the true offset is within the error of the estimate, however the delays fell', () => {
  const delayNs = fc.integer({ min: 0, max: 5_000_000 });
  const exchange = fc.record({ sentNs: fc.integer({ min: 0, max: 1e12 }), thereNs: delayNs, backNs: delayNs });
  fc.assert(
    fc.property(
      fc.integer({ min: -1e12, max: 1e12 }),
      fc.array(exchange, { minLength: 1, maxLength: 20 }),
      (offsetNs, delays) => {
        const exchanges = delays.map(
          ({ sentNs, thereNs, backNs }): ClockExchange => ({
            sentNs,
            thereNs: sentNs + thereNs + offsetNs,
            receivedNs: sentNs + thereNs + backNs,
          }),
        );
        const estimate = estimateOffset(exchanges as [ClockExchange, ...ClockExchange[]]);
        expect(Math.abs(estimate.offsetNs - offsetNs)).toBeLessThanOrEqual(estimate.errorNs + 1e-3);
        const least = Math.min(...delays.map(({ thereNs, backNs }) => thereNs + backNs));
        expect(estimate.errorNs).toBe(least / 2);
      },
    ),
  );
});
