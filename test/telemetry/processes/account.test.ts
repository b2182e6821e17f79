import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type CpuAccount, type CpuReading, createCpuAccount } from '../../../src/telemetry/processes/account.ts';

const reading = (pid: number, parentPid: number, ownTicks: number, reapedTicks = 0, startTicks = 0): CpuReading => ({
  pid,
  parentPid,
  ownTicks,
  reapedTicks,
  startTicks,
});

/** Takes a reading and says what was used by then. */
const ticksAfter = (account: CpuAccount, readings: readonly CpuReading[]): number => {
  account.update(readings);
  return account.ticks;
};

describe('the CPU account', () => {
  test('what ran before it began is not counted', () => {
    const account = createCpuAccount(100);
    expect(ticksAfter(account, [reading(1, 0, 50, 20)])).toBe(0);
    expect(ticksAfter(account, [reading(1, 0, 57, 20)])).toBe(7);
  });

  test('a child that its parent reaped counts once, also what it did after its last reading', () => {
    const account = createCpuAccount(100);
    account.update([reading(1, 0, 0)]);
    account.update([reading(1, 0, 0), reading(2, 1, 30, 0, 150)]);
    expect(ticksAfter(account, [reading(1, 0, 0, 42)])).toBe(42);
  });

  test('a child between two readings is in what the parent reaped', () => {
    const account = createCpuAccount(100);
    account.update([reading(1, 0, 0)]);
    expect(ticksAfter(account, [reading(1, 0, 0, 5)])).toBe(5);
  });

  test('a child that nobody waited for keeps its last reading', () => {
    const account = createCpuAccount(100);
    account.update([reading(1, 0, 0)]);
    account.update([reading(1, 0, 0), reading(2, 1, 30, 0, 150)]);
    expect(ticksAfter(account, [reading(1, 0, 0)])).toBe(30);
    expect(ticksAfter(account, [reading(1, 0, 4)])).toBe(34);
  });

  test('the parent read before the child is reaped, the child after: still once', () => {
    const account = createCpuAccount(100);
    account.update([reading(1, 0, 0), reading(2, 1, 10)]);
    account.update([reading(1, 0, 0)]); // gone, but the parent was read before it waited
    expect(ticksAfter(account, [reading(1, 0, 0, 10)])).toBe(0);
    account.update([reading(1, 0, 0, 10), reading(3, 1, 8, 0, 150)]);
    account.update([reading(1, 0, 0, 18), reading(3, 1, 8, 0, 150)]); // reaped between the two readings
    expect(ticksAfter(account, [reading(1, 0, 0, 18)])).toBe(8);
  });

  test('time that a process handed to another account is disowned', () => {
    const pitwall = createCpuAccount(0);
    const server = createCpuAccount(0);
    pitwall.update([reading(1, 0, 0, 0, 1)]);
    server.update([reading(2, 1, 0, 0, 1)]);
    server.update([reading(2, 1, 90, 0, 1)]);
    expect(ticksAfter(pitwall, [reading(1, 0, 5, 90, 1)])).toBe(95);
    expect(ticksAfter(server, [])).toBe(90);
    server.ended.forEach(pitwall.disownEnded);
    expect(ticksAfter(pitwall, [reading(1, 0, 5, 90, 1)])).toBe(5);
  });

  test('in any tree whose parents wait, the total is all that was used', () => {
    // Each step either burns, forks, or ends a leaf that its parent reaps; the model keeps the true sum.
    const step = fc.record({ kind: fc.constantFrom('burn', 'fork', 'end', 'read'), pick: fc.nat(), ticks: fc.nat(50) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const live = new Map<number, { parentPid: number; own: number; reaped: number }>();
        live.set(1, { parentPid: 0, own: 0, reaped: 0 });
        let nextPid = 2;
        let used = 0;
        const account = createCpuAccount(0);
        const readAll = () =>
          ticksAfter(
            account,
            [...live].map(([pid, p]) => reading(pid, p.parentPid, p.own, p.reaped, 1)),
          );
        readAll();
        for (const { kind, pick, ticks } of steps) {
          const pids = [...live.keys()];
          const pid = pids[pick % pids.length]!;
          const process = live.get(pid)!;
          const isLeaf = [...live.values()].every(({ parentPid }) => parentPid !== pid);
          if (kind === 'burn') {
            process.own += ticks;
            used += ticks;
          } else if (kind === 'fork') {
            live.set(nextPid, { parentPid: pid, own: 0, reaped: 0 });
            nextPid += 1;
          } else if (kind === 'end' && isLeaf && pid !== 1) {
            live.get(process.parentPid)!.reaped += process.own + process.reaped;
            live.delete(pid);
          } else if (kind === 'read') expect(readAll()).toBe(used);
        }
        expect(readAll()).toBe(used);
      }),
    );
  });
});
