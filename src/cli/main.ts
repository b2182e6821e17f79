#!/usr/bin/env node
import { writeSync } from 'node:fs';
import { exitCode } from './terminal/io.ts';
import { openProcessIo } from './terminal/process-io.ts';
import { formatError, runProgram } from './terminal/program.ts';

const io = openProcessIo(process);

/** After a defect the work is undone as after an interrupt; where that hangs too, the process ends all the same. */
const undoingLimitMs = 30_000;
process.on('uncaughtException', (error) => {
  io.fail(error);
  setTimeout(() => process.exit(exitCode.failed), undoingLimitMs).unref();
});
// Node's own code for a program that waits for what can never come; it says nothing then.
process.on('exit', () => {
  if (process.exitCode !== 13) return;
  writeSync(2, 'pitwall: it waits for something that can never come. This is a defect of pitwall; please report it.\n');
  process.exitCode = exitCode.failed;
});

const code = await runProgram(process.argv.slice(2), io);
io[Symbol.dispose]();
// What is written last fails a little later.
await new Promise((resolve) => setImmediate(resolve));
if (io.failure !== undefined && code === exitCode.done) io.stderr(formatError(io.failure));
process.exitCode = io.failure !== undefined && code === exitCode.done ? exitCode.failed : code;
