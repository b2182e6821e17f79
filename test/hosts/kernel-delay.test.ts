import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { createNamespaceHosts, startLocalHost } from '../../src/hosts/index.ts';
import { hasNetem, measureRoundTripMs } from '../support/netem.ts';

const isRoot = process.getuid?.() === 0;
const canMeasure = spawnSync('ping', ['-V']).status === 0;

test.runIf(isRoot)('hosts can be delayed where the kernel has netem, and only there', async () => {
  await using local = await startLocalHost();
  await using namespaces = await createNamespaceHosts(local, ['server', 'database']);
  const { server, database } = namespaces.hosts;
  for (const { delay } of [server, database]) expect(delay !== undefined).toBe(hasNetem());
});

test.runIf(isRoot && canMeasure && hasNetem())(
  'a delayed host is that far away, and near again afterwards',
  async () => {
    await using local = await startLocalHost();
    await using namespaces = await createNamespaceHosts(local, ['server', 'database']);
    const { server, database } = namespaces.hosts;
    const roundTripMs = (): number => measureRoundTripMs(server.name, database.address);
    expect(roundTripMs()).toBeLessThan(5);
    await database.delay!.setRtt(20);
    expect(roundTripMs()).toBeGreaterThanOrEqual(20);
    expect(roundTripMs()).toBeLessThan(25);
    await database.delay!.setRtt(0);
    expect(roundTripMs()).toBeLessThan(5);
  },
);
