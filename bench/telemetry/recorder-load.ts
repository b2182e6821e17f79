import { systemClock as clock } from '../../src/base/index.ts';
import { startRecorder } from '../../src/telemetry/index.ts';

// `PID INTERVAL_MS`: records a process tree until its input ends, and nothing else: its CPU time is the recorder's. Says when it
// has begun.
const [pid, intervalMs] = process.argv.slice(2).map(Number) as [number, number];
const recorder = startRecorder({ targets: [{ name: 'tree', pid }], intervalMs, clock });
process.stdout.write('recording\n');
process.stdin.on('end', () => {
  process.stdout.write(`${recorder.stop()[0]!.samples.length}\n`);
  process.exit(0);
});
process.stdin.resume();
