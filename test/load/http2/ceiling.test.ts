import { expect, test } from 'vitest';
import { systemClock } from '../../../src/base/index.ts';
import { measureCeiling } from '../../../src/load/index.ts';

test.each([0, 5, 100_000])(
  'the client’s ceiling over HTTP/2 is of a server that speaks HTTP/2, with answers of %d bytes',
  async (bodyBytes) => {
    const job = { model: { kind: 'closed' as const, connections: 4 }, workers: 1 };
    const rate = await measureCeiling({ ...job, protocol: 'h2', streamsPerConnection: 10 }, bodyBytes, systemClock);
    expect(rate).toBeGreaterThan(0);
  },
);
