import { cpus, release, totalmem } from 'node:os';
import { postgresVersion, type StageTools } from '../../components/index.ts';
import type { CommandHost } from '../../hosts/index.ts';
import type { Environment } from '../../result/index.ts';
import { describeMachine } from './machine-facts.ts';

/** What the race runs on; without it no number can be repeated. */
export const describeEnvironment = async (host: CommandHost, tools: StageTools): Promise<Environment> => {
  const versions: Record<string, string> = { postgres: postgresVersion() };
  const ask = async (name: string, command: string | undefined, args: readonly string[], pattern: RegExp) => {
    if (command === undefined) return;
    const version = pattern.exec((await host.capture([command, ...args])) ?? '')?.[1];
    if (version !== undefined) versions[name] = version;
  };
  await ask('haproxy', tools.haproxy, ['-v'], /version (\S+)/);
  await ask('pgbouncer', tools.pgbouncer, ['--version'], /PgBouncer (\S+)/);
  await ask('python', await host.which('python3'), ['--version'], /Python (\S+)/);
  await ask('rustc', await host.which('rustc'), ['--version'], /rustc (\S+)/);
  const processors = cpus();
  return {
    cpu: processors[0]?.model.trim() ?? 'unknown',
    cores: processors.length,
    memoryMiB: Math.round(totalmem() / 2 ** 20),
    kernel: release(),
    node: process.version,
    versions,
    ...(await describeMachine(host)),
  };
};
