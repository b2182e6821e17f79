import type { Gate } from '../../result/index.ts';
import { clockGate } from './clock.ts';
import { contractGate } from './contract.ts';
import { errorsGate } from './errors.ts';
import { growthGate } from './growth.ts';
import { linkGates } from './link.ts';
import { loadFlagGates } from './load-flags.ts';
import { otherProcessGates } from './other-processes.ts';
import type { RoundFacts } from './round-facts.ts';
import { settledGate } from './settled.ts';
import { silenceGate } from './silence.ts';
import { steadyGate } from './steady.ts';
import { stoppedGate } from './stopped.ts';

/** Every gate on a round, in the order of what they say about it. docs/methodology.md has the failure that each caught. */
export const roundGates = (facts: RoundFacts): readonly Gate[] => {
  const single = [contractGate, errorsGate, stoppedGate, silenceGate, clockGate, settledGate, steadyGate, growthGate];
  return [
    ...single.map((gate) => gate(facts)).filter((gate) => gate !== undefined),
    ...loadFlagGates(facts),
    ...linkGates(facts),
    ...otherProcessGates(facts),
  ];
};
