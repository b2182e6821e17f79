import type { Gate } from '../../result/index.ts';
import { atMost, percent, type RoundFacts } from './round-facts.ts';

/** Clock ticks are 10 ms: a shorter round cannot tell a neighbour from rounding. */
const shortestMs = 500;
/** Shares: of the machine, of its time, of the time of the round. */
export const neighbourLimits = { other: 0.1, steal: 0.02, memory: 0.05, wait: 0.1 } as const;

/** Others on the machine: their processes, the hypervisor's other guests, memory that ran short. */
export const neighbourGates = ({ machine, usage, load }: RoundFacts): readonly Gate[] => {
  if (load.elapsedMs < shortestMs) return [];
  const waitedSeconds = usage.find(({ name }) => name === 'load')?.runQueueDelaySeconds;
  const waitRatio = waitedSeconds === undefined ? undefined : (waitedSeconds * 1_000) / load.elapsedMs;
  return [
    atMost(
      'other-load',
      'withholds',
      machine.otherRatio,
      neighbourLimits.other,
      (value) => `processes that are no part of the race used ${percent(value)} of the machine`,
    ),
    atMost(
      'steal',
      'withholds',
      machine.stealRatio,
      neighbourLimits.steal,
      (value) => `the hypervisor gave ${percent(value)} of the machine to others`,
    ),
    atMost(
      'memory-pressure',
      'withholds',
      machine.memoryPressureRatio,
      neighbourLimits.memory,
      (value) => `tasks waited for memory ${percent(value)} of the time`,
    ),
    atMost(
      'client-wait',
      'warns',
      waitRatio,
      neighbourLimits.wait,
      (value) => `the load generator waited for a core ${percent(value)} of the time; latencies include that`,
    ),
  ].filter((gate) => gate !== undefined);
};
