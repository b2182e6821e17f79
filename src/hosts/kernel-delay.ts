import type { Command } from '../agent/index.ts';
import type { CommandHost } from './host.ts';

/** Delays whatever goes to and comes from a host, in the kernel (netem): no process takes part in it, so none can be late. */
export interface KernelDelay {
  /** Half of it each way; 0 takes it off. */
  setRtt(rttMs: number): Promise<void>;
}

/** More packets than are ever on their way: beyond it netem drops. */
const packetsOnTheirWay = 100_000;

/** What runs `tc`. */
interface TcRunner extends CommandHost {
  run(command: Command): Promise<void>;
}

/** The two ends of the pair that joins a network namespace to the others. */
export interface VethPair {
  readonly namespace: string;
  readonly inside: string;
  readonly outside: string;
}

/**
 * A delay on a namespace's veth pair, or undefined where the kernel has no `sch_netem` or `tc` is not there. Found by trying:
 * a module that the kernel can load is as good as one that is built in.
 * @see https://man7.org/linux/man-pages/man8/tc-netem.8.html
 */
export const createKernelDelay = async (
  local: TcRunner,
  { namespace, inside, outside }: VethPair,
): Promise<KernelDelay | undefined> => {
  const tc = await local.which('tc');
  if (tc === undefined) return undefined;
  const ends = [
    [tc, '-n', namespace, 'qdisc'],
    [tc, 'qdisc'],
  ] as const;
  const devices = [inside, outside];
  const netem = (microseconds: number) => ['netem', 'delay', `${microseconds}us`, 'limit', String(packetsOnTheirWay)];
  const trial = [tc, 'qdisc', 'replace', 'dev', outside, 'root', ...netem(0)] as const;
  if ((await local.capture(trial)) === undefined) return undefined;
  await local.run([tc, 'qdisc', 'delete', 'dev', outside, 'root']);
  let isOn = false;
  return {
    async setRtt(rttMs) {
      const eachWay = Math.round(rttMs * 500);
      for (const [end, device] of devices.entries()) {
        if (eachWay > 0) await local.run([...ends[end]!, 'replace', 'dev', device, 'root', ...netem(eachWay)]);
        else if (isOn) await local.run([...ends[end]!, 'delete', 'dev', device, 'root']);
      }
      isOn = eachWay > 0;
    },
  };
};
