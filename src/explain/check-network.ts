import { PitwallError } from '../base/index.ts';
import type { Network, Stage } from './network.ts';

/** @throws PitwallError `explain.invalid` for a network without connections, demands, slots or servers. */
export const checkNetwork = (network: Network): void => {
  const { connections, stations, stages } = network;
  if (!Number.isInteger(connections) || connections < 1) {
    throw new PitwallError(
      'explain.invalid',
      `a network of ${connections} connections: expected a whole number from 1`,
    );
  }
  let totalMs = 0;
  const check = (inner: readonly Stage[]): void => {
    for (const stage of inner) {
      if (stage.kind === 'limit') {
        const copies = stage.copies ?? 1;
        const isSlots = stage.slots === Number.POSITIVE_INFINITY || Number.isInteger(stage.slots);
        if (!isSlots || stage.slots < 1 || !Number.isInteger(copies) || copies < 1) {
          throw new PitwallError(
            'explain.invalid',
            `${stage.name}: ${stage.slots} slots in ${copies} copies, expected whole numbers from 1`,
          );
        }
        const { choice } = stage;
        if (typeof choice === 'object' && !(choice.length === copies && choice.every((share) => share > 0))) {
          throw new PitwallError(
            'explain.invalid',
            `${stage.name}: shares ${choice.join(', ')} for ${copies} copies, expected one above 0 for each`,
          );
        }
        check(stage.stages);
      } else if (stage.kind === 'repeat') {
        if (!(stage.times >= 0)) throw new PitwallError('explain.invalid', `a stage repeated ${stage.times} times`);
        check(stage.stages);
      } else {
        const name = stage.kind === 'delay' ? stage.name : stage.station;
        if (!(stage.ms >= 0) || stage.ms === Number.POSITIVE_INFINITY) {
          throw new PitwallError('explain.invalid', `${name}: ${stage.ms} ms, expected a finite number from 0`);
        }
        totalMs += stage.ms;
        const servers = stage.kind === 'serve' ? stations[stage.station]?.servers : 1;
        if (servers === undefined || !(servers > 0)) {
          throw new PitwallError('explain.invalid', `${name}: ${servers} servers, expected more than 0`);
        }
      }
    }
  };
  check(stages);
  if (totalMs === 0) throw new PitwallError('explain.invalid', 'a network in which a request takes no time at all');
};
