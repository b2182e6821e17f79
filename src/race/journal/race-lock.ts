import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { identify, isAlive } from '../../agent/index.ts';
import { PitwallError } from '../../base/index.ts';

const pattern = /^lock-(.+)-(\d+)-(\d+)$/;

/**
 * Holds the folder of a race. Each pitwall writes a lock of its own name first and looks for others then, so two
 * that come together may both be refused, but never both go on. The lock of a process that ended counts for nothing.
 * @throws PitwallError `result.locked`, or `result.unwritable`.
 */
export const lockRace = (folder: string): Disposable => {
  const self = identify(process.pid);
  const own = `lock-${hostname()}-${self.pid}-${self.startTicks}`;
  try {
    writeFileSync(join(folder, own), '');
    for (const name of readdirSync(folder)) {
      const [, host, pid, startTicks] = pattern.exec(name) ?? [];
      if (host === undefined || name === own) continue;
      const isHeld = host !== hostname() || isAlive({ pid: Number(pid), startTicks: Number(startTicks) });
      if (isHeld) {
        throw new PitwallError(
          'result.locked',
          `${folder} is in use by process ${pid} on ${host} (its lock is ${name}).`,
        );
      }
      rmSync(join(folder, name), { force: true });
    }
  } catch (cause) {
    rmSync(join(folder, own), { force: true });
    if (cause instanceof PitwallError) throw cause;
    throw new PitwallError('result.unwritable', `${folder} cannot be locked.`, { cause });
  }
  const release = () => rmSync(join(folder, own), { force: true });
  process.once('exit', release);
  return {
    [Symbol.dispose]() {
      process.off('exit', release);
      release();
    },
  };
};
