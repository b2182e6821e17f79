import { spawnSync } from 'node:child_process';
import { systemClock as clock, sleepMs } from '../../src/base/index.ts';
import { type Recorder, startRecorder } from '../../src/telemetry/index.ts';
import { startChild, startScript } from '../wire/child.ts';

/*
 * What the recorder costs beside psrecord's: both record the same tree of 20 processes at the same time.
 *
 *     npm run bench:observe            PSRECORD=path of psrecord
 */
const seconds = Number(process.argv[2] ?? 15);
const psrecord = process.env['PSRECORD'] ?? 'psrecord';
const hasPsrecord = spawnSync(psrecord, ['--help']).status === 0;

// The children end with their parent's standard input.
await using tree = startChild('python3', [
  '-c',
  'import os,sys\nfor i in range(19):\n  if os.fork()==0:\n    sys.stdin.read(); os._exit(0)\nprint("ready",flush=True)\nsys.stdin.read()',
]);
await tree.nextLine();
for (const intervalMs of [1000, 100]) {
  await using ours = startScript('recorder-load.ts', tree.pid, intervalMs);
  await using theirs = hasPsrecord
    ? startChild(psrecord, [
        String(tree.pid),
        '--include-children',
        '--interval',
        String(intervalMs / 1000),
        '--log',
        '/dev/null',
      ])
    : undefined;
  // Loading and compiling a program costs more than it does in a minute afterwards, and takes seconds where sources have just
  // changed: both have begun, and have been at it for a while.
  await ours.nextLine();
  await sleepMs(clock, 4000);
  const recorder: Recorder = startRecorder({
    targets: [{ name: 'pitwall record', pid: ours.pid }, ...(theirs ? [{ name: 'psrecord', pid: theirs.pid }] : [])],
    intervalMs: 1000,
    clock,
  });
  await sleepMs(clock, seconds * 1000);
  for (const { name, cpuPercent } of recorder.stop()) {
    process.stdout.write(
      `${name.padEnd(16)} 20 processes every ${intervalMs} ms: ${cpuPercent.toFixed(2)} % of a core\n`,
    );
  }
  if (theirs !== undefined) process.kill(theirs.pid, 'SIGINT');
}
if (!hasPsrecord) process.stdout.write('psrecord: not installed (pip install psrecord; PSRECORD=its path)\n');
