import { readFileSync } from 'node:fs';
import { PitwallError } from '../../base/index.ts';
import type { Plan } from '../../plan/index.ts';

/** What this machine lets a race have. */
export interface MachineLimits {
  /** The processors that pitwall may use. */
  readonly cpus: ReadonlySet<number>;
  /** The lowest nice value that pitwall may give. */
  readonly leastNice: number;
}

/** Read from /proc/self, where a container's limits are in force too. */
export const readMachineLimits = (): MachineLimits => {
  const allowed = /^Cpus_allowed_list:\s*(\S+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '';
  // man 2 getrlimit: the limit L allows nice values down to 20 - L.
  const niceLimit = /^Max nice priority\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1] ?? '0';
  return {
    cpus: new Set(parseCpuList(allowed)),
    leastNice: process.getuid?.() === 0 ? -20 : Math.min(0, 20 - Number(niceLimit)),
  };
};

/** `0-1,3` as processors. */
export const parseCpuList = (text: string): readonly number[] =>
  text
    .split(',')
    .filter((part) => part !== '')
    .flatMap((part) => {
      const [first = Number.NaN, last = first] = part.split('-').map(Number);
      return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index);
    });

/**
 * Finds what the machine cannot give before anything is built, instead of when a component starts.
 * @throws PitwallError `plan.impossible`, or `stage.not-permitted` where it takes another user.
 */
export const requirePossible = (plan: Plan, { cpus, leastNice }: MachineLimits): void => {
  for (const { placements } of [plan, ...plan.entries.map(({ conditions }) => conditions)]) {
    for (const [component, placement] of Object.entries(placements)) {
      const asked = placement.cpus === undefined ? [] : parseCpuList(placement.cpus);
      const missing = asked.find((cpu) => !cpus.has(cpu));
      if (missing !== undefined || (placement.cpus !== undefined && asked.length === 0)) {
        throw new PitwallError(
          'plan.impossible',
          `cpus: ${component} is to run on ${placement.cpus}, and there are only ${[...cpus].join(', ')}.`,
        );
      }
      if (placement.nice !== undefined && placement.nice < leastNice) {
        throw new PitwallError(
          'stage.not-permitted',
          `nice: ${component} is to have ${placement.nice}, and this user may give ${leastNice} at the least.`,
        );
      }
    }
  }
};
