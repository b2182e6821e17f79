import { execFileSync, spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { systemClock } from '../../src/base/index.ts';
import { createNamespaceHosts, createRunFolder, localHost } from '../../src/stage/index.ts';
import { hasNetem } from '../support/netem.ts';

const isRoot = process.getuid?.() === 0;
const canMeasure = spawnSync('ping', ['-V']).status === 0;

test.runIf(isRoot)('hosts can be delayed where the kernel has netem, and only there', async () => {
  await using folder = createRunFolder();
  await using namespaces = await createNamespaceHosts(localHost(folder, systemClock), folder);
  const { client, proxy, server, database } = namespaces.hosts;
  for (const { delay } of [client, proxy, server, database]) expect(delay !== undefined).toBe(hasNetem());
});

test.runIf(isRoot && canMeasure && hasNetem())(
  'a delayed host is that far away, and near again afterwards',
  async () => {
    await using folder = createRunFolder();
    await using namespaces = await createNamespaceHosts(localHost(folder, systemClock), folder);
    const { server, database } = namespaces.hosts;
    const roundTripMs = (): number => {
      const told = execFileSync('ip', [
        'netns',
        'exec',
        server.name,
        'ping',
        '-n',
        '-q',
        '-c',
        '5',
        '-i',
        '0.2',
        database.address,
      ]);
      return Number(/= ([\d.]+)\//.exec(String(told))![1]);
    };
    expect(roundTripMs()).toBeLessThan(5);
    await database.delay!.setRtt(20);
    expect(roundTripMs()).toBeGreaterThanOrEqual(20);
    expect(roundTripMs()).toBeLessThan(25);
    await database.delay!.setRtt(0);
    expect(roundTripMs()).toBeLessThan(5);
  },
);
