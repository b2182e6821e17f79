import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CommandHost } from '../../hosts/index.ts';
import type { Environment } from '../../result/index.ts';

const cpuFolder = '/sys/devices/system/cpu';

/** What of a machine moves its numbers and is easily forgotten. What it does not say is absent. */
export const describeMachine = async (
  host: CommandHost,
): Promise<Pick<Environment, 'governor' | 'virtualisation' | 'mitigations'>> => {
  const governor = tryRead(join(cpuFolder, 'cpu0', 'cpufreq', 'scaling_governor'));
  const virtualisation = await describeVirtualisation(host);
  const mitigations = readMitigations();
  return {
    ...(governor === undefined ? {} : { governor }),
    ...(virtualisation === undefined ? {} : { virtualisation }),
    ...(mitigations === undefined ? {} : { mitigations }),
  };
};

/** systemd-detect-virt knows the kinds; it exits with 1 where there is none. Without it the CPU still says whether a hypervisor is there. */
const describeVirtualisation = async (host: CommandHost): Promise<string | undefined> => {
  const kinds = (await host.capture(['systemd-detect-virt']))?.trim();
  if (kinds !== undefined && kinds !== '') return kinds;
  const flags = /^flags\s*:(.*)$/m.exec(tryRead('/proc/cpuinfo') ?? '')?.[1];
  if (flags === undefined) return undefined;
  return / hypervisor\b/.test(flags) ? 'virtual machine' : 'none';
};

const readMitigations = (): Record<string, string> | undefined => {
  const folder = join(cpuFolder, 'vulnerabilities');
  try {
    const entries = readdirSync(folder).map((name) => [name, tryRead(join(folder, name)) ?? ''] as const);
    return Object.fromEntries(entries.filter(([, text]) => text !== '' && text !== 'Not affected'));
  } catch {
    return undefined;
  }
};

const tryRead = (file: string): string | undefined => {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return undefined;
  }
};
