import { spawnSync } from 'node:child_process';

/** Whether the kernel emulates networks and grants it to this process; tried in a namespace that is gone afterwards. */
export const hasNetem = (): boolean =>
  spawnSync('unshare', ['--net', 'tc', 'qdisc', 'add', 'dev', 'lo', 'root', 'netem', 'delay', '1ms']).status === 0;
