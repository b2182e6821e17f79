import { randomInt } from 'node:crypto';
import { agentProgram } from '../agent/index.ts';
import { createScope, PitwallError } from '../base/index.ts';
import { startAgentChild } from './agent-child.ts';
import type { Host } from './host.ts';
import { createKernelDelay } from './kernel-delay.ts';

/** Hosts that exist while this is held. */
export interface NamespaceHosts<Name extends string> extends AsyncDisposable {
  readonly hosts: Readonly<Record<Name, Host>>;
}

/**
 * One network namespace a name, each with an address of its own on a bridge that `local` is on too.
 * The addresses are of 198.18.0.0/15, which RFC 2544 sets apart for benchmarks. Hosts can be delayed where the kernel has netem.
 * @throws PitwallError `stage.not-permitted` without root, `stage.tool-missing` without iproute2.
 */
export const createNamespaceHosts = async <Name extends string>(
  local: Host,
  names: readonly Name[],
): Promise<NamespaceHosts<Name>> => {
  const [{ uid }, ip] = await Promise.all([local.facts(), local.which('ip')]);
  if (uid !== 0) throw new PitwallError('stage.not-permitted', 'Network namespaces (hosts: namespaces) need root.');
  if (ip === undefined)
    throw new PitwallError('stage.tool-missing', 'Network namespaces need `ip` (sudo apt-get install -y iproute2).');
  const run = (...args: string[]) => local.run([ip, ...args]);
  const id = randomInt(0x10000).toString(16).padStart(4, '0');
  const subnet = `198.${18 + randomInt(2)}.${randomInt(1, 255)}`;
  const bridge = `pw${id}`;
  await using scope = createScope();

  // Said before it is made: what was never made is gone already.
  scope.use(await local.atEnd([ip, 'link', 'delete', bridge]));
  await run('link', 'add', bridge, 'type', 'bridge');
  await run('address', 'add', `${subnet}.1/24`, 'dev', bridge);
  await run('link', 'set', bridge, 'up');

  const hosts: Partial<Record<Name, Host>> = {};
  for (const [index, role] of names.entries()) {
    const name = `pitwall-${id}-${role}`;
    const [outside, inside] = [`pw${id}o${index}`, `pw${id}i${index}`];
    const address = `${subnet}.${index + 10}`;
    scope.use(await local.atEnd([ip, 'netns', 'delete', name]));
    await run('netns', 'add', name);
    await run('link', 'add', outside, 'type', 'veth', 'peer', 'name', inside, 'netns', name);
    await run('link', 'set', outside, 'master', bridge, 'up');
    await run('-n', name, 'address', 'add', `${address}/24`, 'dev', inside);
    await run('-n', name, 'link', 'set', inside, 'up');
    await run('-n', name, 'link', 'set', 'lo', 'up');
    const delay = await createKernelDelay(local, { namespace: name, inside, outside });
    const host = scope.use(
      await startAgentChild({
        name,
        address,
        command: [ip, 'netns', 'exec', name, process.execPath, agentProgram],
        env: process.env,
      }),
    );
    hosts[role] = delay === undefined ? host : { ...host, delay };
  }
  const held = scope.move();
  return {
    hosts: hosts as Record<Name, Host>,
    [Symbol.asyncDispose]: () => held[Symbol.asyncDispose]() as Promise<void>,
  };
};
