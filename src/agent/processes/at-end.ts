import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PitwallError } from '../../base/index.ts';
import type { Command } from '../protocol.ts';
import { capture } from './spawn.ts';

const undoneWithinMs = 2_000;

/** Commands that undo what stays in the kernel (devices, namespaces): each is run once, when it is asked for or when the agent ends. */
export interface AtEnd {
  add(command: Command): number;
  /** Runs it now; a second time does nothing. */
  runNow(id: number): Promise<void>;
  /** Runs all that are left, the last first. */
  runAll(): Promise<void>;
}

/** They are kept in `at-end.sh` too, for the keeper. */
export const createAtEnd = (folder: string): AtEnd => {
  const commands = new Map<number, Command>();
  const file = join(folder, 'at-end.sh');
  let lastId = 0;
  const write = (): void => {
    if (commands.size === 0) rmSync(file, { force: true });
    else writeFileSync(file, `${[...commands.values()].reverse().map(quote).join('\n')}\n`, { mode: 0o600 });
  };
  const runNow = async (id: number): Promise<void> => {
    const command = commands.get(id);
    if (command === undefined) return;
    commands.delete(id);
    write();
    if ((await capture(command, { timeoutMs: undoneWithinMs })) === undefined)
      throw new PitwallError('host.refused', `\`${command.join(' ')}\` failed.`);
  };
  return {
    add(command) {
      lastId += 1;
      commands.set(lastId, command);
      write();
      return lastId;
    },
    runNow,
    async runAll() {
      // What was to be undone and is gone already is as it should be.
      for (const id of [...commands.keys()].reverse()) await runNow(id).catch(() => {});
    },
  };
};

/** A command as a line of sh. */
export const quote = (command: Command): string =>
  command.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ');
