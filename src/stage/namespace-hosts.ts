import { randomInt } from 'node:crypto';
import { createScope, PitwallError } from '../base/index.ts';
import type { StageHosts } from './context.ts';
import type { Host, ProcessSpec } from './host.ts';
import { createKernelDelay, type KernelDelay } from './kernel-delay.ts';
import type { RunFolder } from './run-folder.ts';

/** Hosts that exist while this is held. */
export interface NamespaceHosts extends AsyncDisposable {
  readonly hosts: StageHosts;
}

const roles = ['client', 'proxy', 'server', 'database'] as const;

/**
 * One network namespace a role, each with an address of its own on a bridge that pitwall's machine is on too.
 * The addresses are of 198.18.0.0/15, which RFC 2544 sets apart for benchmarks. Hosts can be delayed where the kernel has netem.
 * @throws PitwallError `stage.not-permitted` without root, `stage.tool-missing` without iproute2.
 */
export const createNamespaceHosts = async (local: Host, folder: RunFolder): Promise<NamespaceHosts> => {
  const ip = local.which('ip');
  if (process.getuid?.() !== 0)
    throw new PitwallError('stage.not-permitted', 'Network namespaces (hosts: namespaces) need root.');
  if (ip === undefined)
    throw new PitwallError('stage.tool-missing', 'Network namespaces need `ip` (sudo apt-get install -y iproute2).');
  const run = (...args: string[]) => local.run([ip, ...args]);
  const id = randomInt(0x10000).toString(16).padStart(4, '0');
  const subnet = `198.${18 + randomInt(2)}.${randomInt(1, 255)}`;
  const bridge = `pw${id}`;
  await using scope = createScope();

  folder.registerNetwork({ kind: 'link', name: bridge });
  scope.defer(() => run('link', 'delete', bridge));
  await run('link', 'add', bridge, 'type', 'bridge');
  await run('address', 'add', `${subnet}.1/24`, 'dev', bridge);
  await run('link', 'set', bridge, 'up');

  const hosts: Partial<Record<(typeof roles)[number], Host>> = {};
  for (const [index, role] of roles.entries()) {
    const name = `pitwall-${id}-${role}`;
    const [outside, inside] = [`pw${id}o${index}`, `pw${id}i${index}`];
    const address = `${subnet}.${index + 10}`;
    folder.registerNetwork({ kind: 'namespace', name });
    scope.defer(() => run('netns', 'delete', name));
    await run('netns', 'add', name);
    await run('link', 'add', outside, 'type', 'veth', 'peer', 'name', inside, 'netns', name);
    await run('link', 'set', outside, 'master', bridge, 'up');
    await run('-n', name, 'address', 'add', `${address}/24`, 'dev', inside);
    await run('-n', name, 'link', 'set', inside, 'up');
    await run('-n', name, 'link', 'set', 'lo', 'up');
    const delay = await createKernelDelay(local, { namespace: name, inside, outside });
    hosts[role] = namespaceHost(local, ip, { name, address, delay });
  }
  const held = scope.move();
  return { hosts: hosts as StageHosts, [Symbol.asyncDispose]: () => held[Symbol.asyncDispose]() as Promise<void> };
};

const namespaceHost = (
  local: Host,
  ip: string,
  { name, address, delay }: { name: string; address: string; delay: KernelDelay | undefined },
): Host => {
  // Below the range from which the kernel takes ports for outgoing connections.
  let lastPort = 20_000;
  return {
    ...local,
    name,
    address,
    ...(delay === undefined ? {} : { delay }),
    start: ({ user, ...spec }) => local.start({ ...spec, command: inside(ip, name, spec.command, user) }),
    async freePort() {
      lastPort += 1;
      return lastPort;
    },
  };
};

/** Entering a namespace takes root, so the change of user comes after it. */
const inside = (
  ip: string,
  name: string,
  command: ProcessSpec['command'],
  user: ProcessSpec['user'],
): [string, ...string[]] => [
  ip,
  'netns',
  'exec',
  name,
  ...(user === undefined ? [] : ['/usr/bin/setpriv', `--reuid=${user.uid}`, `--regid=${user.gid}`, '--clear-groups']),
  ...command,
];
