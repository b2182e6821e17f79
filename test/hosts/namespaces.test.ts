import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createNamespaceHosts } from '../../src/hosts/index.ts';
import { script, startTestHost } from '../support/host.ts';
import { until } from '../support/until.ts';

const isRoot = process.getuid?.() === 0;
const namespaces = (): string => execFileSync('ip', ['netns', 'list'], { encoding: 'utf8' });
const links = (): string => execFileSync('ip', ['-br', 'link'], { encoding: 'utf8' });

const listen = (address: string, port: number) =>
  script(`require('net').createServer((c) => c.end('here')).listen(${port}, '${address}', () => console.log('up'))`);

test.runIf(isRoot)('each namespace is a host of its own: its address, its ports, its processes', async () => {
  const tmp = mkdtempSync(join(tmpdir(), 'namespaces-test-'));
  const name = await (async () => {
    await using held = await startTestHost();
    await using made = await createNamespaceHosts(held.host, ['near', 'far']);
    const { near, far } = made.hosts;
    expect(near.address).not.toBe(far.address);
    const port = await far.freePort();
    await using server = await far.start({
      name: 'server',
      command: listen(far.address, port),
      env: {},
      logFile: join(tmp, 'server.log'),
      user: { uid: 65_534, gid: 65_534 },
    });
    await until('the server', async () => (await server.describeLog()).includes('up') || undefined);
    // From the far host itself, and over the bridge from the near one; never from where pitwall runs by name of 127.0.0.1.
    const stream = await far.connect({ port });
    let text = '';
    for await (const chunk of stream) text += chunk;
    expect(text).toBe('here');
    const ask = `require('net').connect(${port}, '${far.address}').on('data', (d) => process.stdout.write(d))`;
    expect(await near.capture(script(ask))).toBe('here');
    await expect(held.host.connect({ port })).rejects.toMatchObject({ code: 'host.refused' });
    return far.name;
  })();
  const id = /^pitwall-(\w+)-far$/.exec(name)![1]!;
  expect(namespaces()).not.toContain(`pitwall-${id}-`);
  expect(links()).not.toContain(`pw${id}`);
  rmSync(tmp, { recursive: true, force: true });
});

test.runIf(isRoot)('namespaces and bridges go when the agent that made them is killed', async () => {
  await using held = await startTestHost();
  const made = await createNamespaceHosts(held.host, ['only']);
  const { only } = made.hosts;
  const id = /^pitwall-(\w+)-only$/.exec(only.name)![1]!;
  expect(namespaces()).toContain(`pitwall-${id}-only`);
  process.kill(held.host.pid, 'SIGKILL');
  await until('the end of their names', () => !namespaces().includes(`pitwall-${id}-`));
  await made[Symbol.asyncDispose]();
  await until('the end of all links', () => !links().includes(`pw${id}`));
  await until('the end of its files', () => !existsSync(only.folder));
});
