import type { Lane } from './lane.ts';

/** Servers close connections that were idle for some seconds, few for less than one: nearly all of them say nothing of it. */
const longestRestNs = 500e6;

/**
 * Lanes that wait for work. Those that were idle for a short time take turns: few requests still use many connections, as a server of
 * several processes needs it, each of which has its own. A lane that was idle for longer is used only when no other is left, the one that
 * was used last first, since the server may be about to close it.
 *
 *     ring     . . a b c d . .      first = 2; a was idle longest
 *     resting  x y z                z was used last
 */
export class IdleLanes {
  private first = 0;
  private turns = 0;
  private readonly ring: (Lane | undefined)[];
  private readonly sinceNs: Float64Array;
  private readonly resting: Lane[] = [];

  constructor(capacity: number) {
    this.ring = new Array<Lane | undefined>(capacity).fill(undefined);
    this.sinceNs = new Float64Array(capacity);
  }

  get length(): number {
    return this.turns + this.resting.length;
  }

  push(lane: Lane, nowNs: number): void {
    const place = (this.first + this.turns) % this.ring.length;
    this.ring[place] = lane;
    this.sinceNs[place] = nowNs;
    this.turns++;
  }

  /** Undefined when none waits. */
  take(nowNs: number): Lane | undefined {
    while (this.turns > 0 && nowNs - this.sinceNs[this.first]! > longestRestNs) this.resting.push(this.shift());
    return this.turns > 0 ? this.shift() : this.resting.pop();
  }

  private shift(): Lane {
    const lane = this.ring[this.first]!;
    this.ring[this.first] = undefined;
    this.first = (this.first + 1) % this.ring.length;
    this.turns--;
    return lane;
  }
}
