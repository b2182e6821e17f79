import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { systemClock as clock, createScope } from '../../../src/base/index.ts';
import { parseHaproxyStat } from '../../../src/telemetry/haproxy/parse.ts';
import { startHaproxySampler } from '../../../src/telemetry/index.ts';
import { describeWith, programPath } from '../../support/parts.ts';

test('reads columns by their names, in any order', () => {
  const csv =
    '# pxname,svname,scur,slim,qcur,qtime,stot,hrsp_2xx,\nfe,FRONTEND,7,100,,,9,9,\nbe,s1,2,25,0,0,4,4,\nbe,s2,1,25,0,0,4,4,\nbe,BACKEND,3,200,5,12,8,8,\n\n';
  expect(parseHaproxyStat(csv)).toMatchObject({
    frontendSessions: 7,
    backends: [{ name: 'be', sessions: 3, sessionLimit: 50, queued: 5, queueMs: 12, requests: 8, responses2xx: 8 }],
  });
  expect(parseHaproxyStat('')).toEqual({ backends: [], frontendSessions: 0 });
});

describeWith(['haproxy'], 'a real HAProxy', () => {
  test('requests beyond maxconn show as queued', async () => {
    await using scope = createScope();
    const folder = await mkdtemp(join(tmpdir(), 'pitwall-haproxy-'));
    scope.defer(() => rm(folder, { recursive: true }));
    const slow = createServer((_, answer) => void setTimeout(() => answer.end('ok'), 150)).listen(0, '127.0.0.1');
    await once(slow, 'listening');
    scope.defer(() => void slow.close());
    const socketPath = join(folder, 'stats.sock');
    const frontPath = join(folder, 'front.sock');
    await writeFile(
      join(folder, 'haproxy.cfg'),
      `global\n  stats socket ${socketPath}\ndefaults\n  mode http\n  timeout connect 1s\n  timeout client 5s\n  timeout server 5s\n` +
        `frontend front\n  bind unix@${frontPath}\n  default_backend slow\n` +
        `backend slow\n  server one 127.0.0.1:${(slow.address() as { port: number }).port} maxconn 2\n`,
    );
    const proxy = spawn(programPath('haproxy'), ['-db', '-f', join(folder, 'haproxy.cfg')], { stdio: 'ignore' });
    scope.defer(async () => {
      proxy.kill('SIGTERM');
      await once(proxy, 'exit');
    });
    await expect.poll(() => existsSync(socketPath) && existsSync(frontPath)).toBe(true);

    const sampler = await startHaproxySampler({ socketPath, intervalMs: 20, clock });
    const ask = () =>
      new Promise<number>((resolve, reject) => {
        get({ socketPath: frontPath, path: '/', agent: false }, (answer) => {
          answer.resume();
          answer.on('end', () => resolve(answer.statusCode!));
        }).on('error', reject);
      });
    expect(await Promise.all(Array.from({ length: 8 }, ask))).toEqual(Array(8).fill(200));
    const { samples, failure } = await sampler.stop();
    expect(failure).toBeUndefined();
    const backends = samples.map((sample) => sample.backends[0]!);
    expect(Math.max(...backends.map(({ queued }) => queued))).toBeGreaterThanOrEqual(2);
    expect(Math.max(...backends.map(({ sessions }) => sessions))).toBeGreaterThanOrEqual(2);
    expect(backends.at(-1)).toMatchObject({ name: 'slow', requests: 8, responses2xx: 8, sessionLimit: 2, queued: 0 });
  });

  test('a socket that is not there is refused with its path', async () => {
    const start = startHaproxySampler({ socketPath: '/nonexistent/stats.sock', intervalMs: 20, clock });
    await expect(start).rejects.toThrow('/nonexistent/stats.sock');
  });
});
