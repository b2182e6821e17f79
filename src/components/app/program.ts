import { closeSync, openSync, readSync, realpathSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { describeThrown } from '../../base/index.ts';
import type { ProcessUser } from '../../hosts/index.ts';
import type { Candidate } from '../../plan/index.ts';
import type { StageContext } from '../context.ts';
import { requireEnterable } from '../host/ownership.ts';

/**
 * The user that a prepared candidate runs as. Where its program or the interpreter of that lies in a folder that the candidates'
 * user cannot enter (a Python below /root, say), it is pitwall's own, and that is said.
 */
export const chooseUser = async (
  context: StageContext,
  { name, start }: Candidate,
  folder: string,
): Promise<ProcessUser | undefined> => {
  const { candidateUser, host } = context;
  if (candidateUser === undefined) return undefined;
  const [program] = start.command as [string];
  const path = await host.which(program.includes('/') ? resolve(folder, program) : program);
  const who = `${name} was to run`;
  const way = 'It runs as root; install that where all users can use it.';
  try {
    for (const file of path === undefined ? [] : [path, ...findInterpreter(path)]) {
      requireEnterable(candidateUser, dirname(realpathSync(file)), { who, way });
    }
    return candidateUser;
  } catch (error) {
    context.progress(describeThrown(error));
    return undefined;
  }
};

/** The interpreter that the first line of a script names (man 2 execve); none of a binary. */
const findInterpreter = (file: string): readonly string[] => {
  const fd = openSync(file, 'r');
  try {
    const head = Buffer.alloc(256);
    const text = head.toString('latin1', 0, readSync(fd, head));
    const [, interpreter] = /^#!\s*(\/\S+)/.exec(text) ?? [];
    return interpreter === undefined ? [] : [interpreter];
  } finally {
    closeSync(fd);
  }
};
