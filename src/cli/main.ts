#!/usr/bin/env node
import { openProcessIo } from './process-io.ts';
import { runProgram } from './program.ts';

// A closed pipe (`pitwall ... | head`) is the reader's way of saying "enough", not a failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

const io = openProcessIo(process);
process.exitCode = await runProgram(process.argv.slice(2), io);
io.close();
