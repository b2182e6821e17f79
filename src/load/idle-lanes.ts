import type { Lane } from './lane.ts';

/**
 * Lanes that wait for work, first come first served: so that few requests still use all connections in turn, as a server of several
 * processes needs it, each of which has its own.
 *
 *     ring   . . a b c d . .      first = 2, length = 4
 */
export class IdleLanes {
  length = 0;
  private first = 0;
  private readonly ring: (Lane | undefined)[];

  constructor(capacity: number) {
    this.ring = new Array<Lane | undefined>(capacity).fill(undefined);
  }

  push(lane: Lane): void {
    this.ring[(this.first + this.length) % this.ring.length] = lane;
    this.length++;
  }

  /** Undefined when none waits. */
  shift(): Lane | undefined {
    if (this.length === 0) return undefined;
    const lane = this.ring[this.first];
    this.ring[this.first] = undefined;
    this.first = (this.first + 1) % this.ring.length;
    this.length--;
    return lane;
  }
}
