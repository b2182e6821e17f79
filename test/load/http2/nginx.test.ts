import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { startNginx } from '../../../bench/load/nginx.ts';
import { nothing, run } from './jobs.ts';

const isInstalled = existsSync('/usr/sbin/nginx');

describe.skipIf(!isInstalled)(`a real nginx${isInstalled ? '' : ' (not installed)'}`, () => {
  test.each([
    { perConnection: 100, connections: 5, streamsPerConnection: 10, requests: 2_000 },
    { perConnection: 7, connections: 3, streamsPerConnection: 20, requests: 500 },
    { perConnection: 1, connections: 1, streamsPerConnection: 10, requests: 100 },
    { perConnection: 10, connections: 4, streamsPerConnection: 1, requests: 500 },
  ])(
    'that ends connections after $perConnection requests loses none of $streamsPerConnection at a time',
    async ({ perConnection, connections, streamsPerConnection, requests }) => {
      await using nginx = await startNginx(0, 3_500, perConnection);
      const result = await run(Number(new URL(nginx.http2Url).port), {
        requests: [{ method: 'GET', path: '/file', headers: {} }],
        model: { kind: 'closed', connections },
        streamsPerConnection,
        stop: { requests },
        validators: { bodyBytes: 3_500 },
      });
      expect(result.errors).toEqual({});
      expect(result.counts).toEqual({ ...nothing, ok: requests });
      if (streamsPerConnection > 1) expect(result.retries).toBeGreaterThan(0);
    },
  );

  test('gives large answers on several streams', async () => {
    await using nginx = await startNginx(0, 3_000_000);
    const result = await run(Number(new URL(nginx.http2Url).port), {
      requests: [{ method: 'GET', path: '/file', headers: {} }],
      streamsPerConnection: 8,
      stop: { requests: 40 },
      validators: { bodyBytes: 3_000_000 },
      timeoutMs: 30_000,
    });
    expect(result.counts).toEqual({ ...nothing, ok: 40 });
  });
});
