import { describeThrown, systemClock } from '../base/index.ts';
import { createOwnFolder } from './disk/own-folder.ts';
import { createPortGiver } from './machine/free-port.ts';
import { createAtEnd } from './processes/at-end.ts';
import { startKeeper } from './processes/keeper.ts';
import { createLogLimits } from './processes/log-limit.ts';
import { createProcesses } from './processes/processes.ts';
import { serveController } from './session/serve.ts';
import { openSocketFor } from './session/socket-for.ts';

/*
 * pitwall's own process on a host: it serves one controller on standard input and output. When that stream ends, breaks or turns to
 * nonsense, or a signal comes, it ends what it started, removes its files and goes; where it is killed, its keeper does.
 */

/** Databases are asked first; then there is a second left to kill, and one to remove files, of the five after which nothing is left. */
const graceMs = 2_500;
const lastMs = 4_700;

const folder = (() => {
  try {
    return createOwnFolder();
  } catch (error) {
    // There is no stream to refuse on yet; the controller quotes what is printed.
    process.stderr.write(`${describeThrown(error)}\n`);
    return process.exit(1);
  }
})();
const keeper = startKeeper(folder.path);
const processes = createProcesses({ folder, keeper, logs: createLogLimits() });
const atEnd = createAtEnd(folder.path);
const parts = { folder: folder.path, clock: systemClock, processes, atEnd, freePort: createPortGiver() };

const signalled = new Promise<void>((resolve) => {
  for (const signal of ['SIGHUP', 'SIGINT', 'SIGTERM'] as const) process.on(signal, () => resolve());
});
/** A controller that wants nothing more closes its end; what it had asked for is of no use then. */
const controllerGone = new Promise<void>((resolve) => {
  for (const event of ['end', 'close', 'error'] as const) process.stdin.once(event, () => resolve());
});
const stream = await openSocketFor({ readable: process.stdin, writable: process.stdout });
await Promise.race([serveController(stream, controllerGone, parts), signalled]);
// Whatever hangs here is left to the keeper.
setTimeout(() => process.exit(1), lastMs);
await processes.endAll(graceMs);
await atEnd.runAll();
await folder[Symbol.asyncDispose]();
await keeper.dismiss();
process.exit(0);
