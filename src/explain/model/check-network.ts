import { PitwallError } from '../../base/index.ts';
import { unloadedMs } from './level.ts';
import type { Network, RequestStep } from './network.ts';

/** @throws PitwallError `explain.invalid` for a network without connections, demands, slots or servers, or with two limits of one name. */
export const checkNetwork = (network: Network): void => {
  const { connections, stations, stages } = network;
  if (!Number.isInteger(connections) || connections < 1) {
    throw new PitwallError(
      'explain.invalid',
      `a network of ${connections} connections: expected a whole number from 1`,
    );
  }
  const limits = new Map<string, string>();
  const check = (inner: readonly RequestStep[], around: readonly string[], copiesAround: number): void => {
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
        // One name is one limit, wherever it is entered.
        const allCopies = copiesAround * copies;
        const shape = `${stage.slots} slots in ${allCopies} ${allCopies === 1 ? 'copy' : 'copies'}, chosen ${JSON.stringify(choice ?? 'even')}`;
        const known = limits.get(stage.name) ?? shape;
        if (known !== shape) {
          throw new PitwallError('explain.invalid', `${stage.name}: ${known} at one place, ${shape} at another`);
        }
        if (around.includes(stage.name)) {
          throw new PitwallError('explain.invalid', `${stage.name}: entered by a request that is inside it already`);
        }
        limits.set(stage.name, shape);
        check(stage.stages, [...around, stage.name], allCopies);
      } else if (stage.kind === 'repeat') {
        if (!(stage.times >= 0)) throw new PitwallError('explain.invalid', `a stage repeated ${stage.times} times`);
        check(stage.stages, around, copiesAround);
      } else {
        const name = stage.kind === 'delay' ? stage.name : stage.station;
        if (!(stage.ms >= 0) || stage.ms === Number.POSITIVE_INFINITY) {
          throw new PitwallError('explain.invalid', `${name}: ${stage.ms} ms, expected a finite number from 0`);
        }
        const servers = stage.kind === 'serve' ? stations[stage.station]?.servers : 1;
        if (servers === undefined || !(servers > 0)) {
          throw new PitwallError('explain.invalid', `${name}: ${servers} servers, expected more than 0`);
        }
      }
    }
  };
  check(stages, [], 1);
  if (unloadedMs(stages) === 0)
    throw new PitwallError('explain.invalid', 'a network in which a request takes no time at all');
};
