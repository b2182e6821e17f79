import { cpus, hostname, release, totalmem } from 'node:os';
import type { HostFacts } from '../protocol.ts';

/** What this machine is. */
export const readFacts = (): HostFacts => {
  const processors = cpus();
  return {
    hostname: hostname(),
    platform: process.platform,
    architecture: process.arch,
    kernel: release(),
    cpu: processors[0]?.model.trim() ?? 'unknown',
    // Where /proc/cpuinfo is not to be read there is one all the same.
    cores: Math.max(1, processors.length),
    memoryBytes: totalmem(),
    node: process.version,
    uid: process.getuid?.() ?? -1,
  };
};
