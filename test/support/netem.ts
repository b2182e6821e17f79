import { execFileSync, spawnSync } from 'node:child_process';

/** Whether the kernel emulates networks and grants it to this process; tried in a namespace that is gone afterwards. */
export const hasNetem = (): boolean =>
  spawnSync('unshare', ['--net', 'tc', 'qdisc', 'add', 'dev', 'lo', 'root', 'netem', 'delay', '1ms']).status === 0;

/** The least of five pings from a namespace. */
export const measureRoundTripMs = (namespace: string, address: string): number => {
  const ping = ['ping', '-n', '-q', '-c', '5', '-i', '0.2', address];
  const told = execFileSync('ip', ['netns', 'exec', namespace, ...ping], { encoding: 'utf8' });
  return Number(/= ([\d.]+)\//.exec(told)![1]);
};
