import { formatShare } from '../../base/index.ts';
import type { Gate } from '../../result/index.ts';
import { atMost, type RoundFacts } from './round-facts.ts';

/** Clock ticks are 10 ms: a shorter round cannot tell a neighbour from rounding. */
const shortestMs = 500;
/** Shares: of the machine, of its time, of the time of the round. */
export const otherProcessLimits = { other: 0.1, steal: 0.02, memory: 0.05, wait: 0.1 } as const;

/** Others on the machine: their processes, the hypervisor's other guests, memory that ran short. */
export const otherProcessGates = ({ machine, usage, load }: RoundFacts): readonly Gate[] => {
  if (load.elapsedMs < shortestMs) return [];
  const waitedSeconds = usage.find(({ name }) => name === 'load')?.runQueueDelaySeconds;
  const waitRatio = waitedSeconds === undefined ? undefined : (waitedSeconds * 1_000) / load.elapsedMs;
  return [
    atMost(
      'other-load',
      'withholds',
      machine.otherRatio,
      otherProcessLimits.other,
      (value) => `processes that are no part of the race used ${formatShare(value)} of the machine`,
    ),
    atMost(
      'steal',
      'withholds',
      machine.stealRatio,
      otherProcessLimits.steal,
      (value) => `the hypervisor gave ${formatShare(value)} of the machine to others`,
    ),
    atMost(
      'memory-pressure',
      'withholds',
      machine.memoryPressureRatio,
      otherProcessLimits.memory,
      (value) => `tasks waited for memory ${formatShare(value)} of the time`,
    ),
    atMost(
      'client-wait',
      'warns',
      waitRatio,
      otherProcessLimits.wait,
      (value) => `the load generator waited for a core ${formatShare(value)} of the time; latencies include that`,
    ),
  ].filter((gate) => gate !== undefined);
};
