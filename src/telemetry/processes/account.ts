import type { ProcessStat } from '../../base/index.ts';

/** The CPU readings of a process that an account keeps. */
export type CpuReading = Pick<ProcessStat, 'pid' | 'parentPid' | 'startTicks' | 'ownTicks' | 'reapedTicks'>;

/**
 * CPU time of a changing set of processes in which nothing is lost and nothing counts twice. A process
 * that ends hands its time to the parent that waits for it (`reapedTicks`); what no member was handed (an
 * orphan's time, or that of children whose parent ignores them) is kept from the last reading.
 */
export interface CpuAccount {
  /** Takes a reading of all live members. */
  update(readings: readonly CpuReading[]): void;
  /** Used since the account began, by the last update. */
  readonly ticks: number;
  /** A process of another account ended whose parent may be ours: its time is not ours. */
  disownEnded(ended: CpuReading): void;
  /** The last readings of members that the last update no longer found. */
  readonly ended: readonly CpuReading[];
}

/** `sinceTicks`: when the account begins, in ticks since boot; what older processes used before is not counted. */
export const createCpuAccount = (sinceTicks: number): CpuAccount => {
  let last = new Map<number, CpuReading>();
  let ended: readonly CpuReading[] = [];
  let baseTicks = 0;
  let orphanedTicks = 0;
  const heirs = new Map<number, Heir>();

  const bequeath = (reading: CpuReading, now: ReadonlyMap<number, CpuReading>): void => {
    const ticks = reading.ownTicks + reading.reapedTicks;
    let heir: CpuReading | undefined = reading;
    while (heir !== undefined && !now.has(heir.pid)) heir = last.get(heir.parentPid);
    if (heir === undefined) {
      orphanedTicks += ticks;
      return;
    }
    const inheritance = heirs.get(heir.pid) ?? { endedTicks: 0, firstReapedTicks: heir.reapedTicks };
    heirs.set(heir.pid, { ...inheritance, endedTicks: inheritance.endedTicks + ticks });
  };

  return {
    get ended() {
      return ended;
    },
    get ticks() {
      let ticks = orphanedTicks - baseTicks;
      for (const reading of last.values()) ticks += reading.ownTicks + reading.reapedTicks;
      for (const [pid, heir] of heirs) ticks += missingTicks(heir, last.get(pid)!);
      return ticks;
    },
    update(readings) {
      const now = new Map(readings.map((reading) => [reading.pid, reading]));
      for (const reading of readings) {
        if (last.has(reading.pid) || reading.startTicks >= sinceTicks) continue;
        baseTicks += reading.ownTicks + reading.reapedTicks;
      }
      ended = [...last.values()].filter((reading) => !now.has(reading.pid));
      for (const reading of ended) {
        const heir = heirs.get(reading.pid);
        heirs.delete(reading.pid);
        if (heir !== undefined) orphanedTicks += missingTicks(heir, reading);
        bequeath(reading, now);
      }
      last = now;
    },
    disownEnded(other) {
      if (last.has(other.parentPid)) baseTicks += other.ownTicks + other.reapedTicks;
    },
  };
};

/** A member whose children ended. */
interface Heir {
  /** What they had used by their last readings. */
  readonly endedTicks: number;
  /** The heir's `reapedTicks` in the reading before the first of them ended. */
  readonly firstReapedTicks: number;
}

/**
 * What the heir was not handed. Compared over its whole life, not by reading: a child may end between the
 * reading of its parent and its own.
 */
const missingTicks = (heir: Heir, reading: CpuReading): number =>
  Math.max(0, heir.endedTicks - (reading.reapedTicks - heir.firstReapedTicks));
