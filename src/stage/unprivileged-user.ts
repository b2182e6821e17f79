import { readFileSync } from 'node:fs';
import { PitwallError } from '../base/index.ts';
import type { ProcessUser } from './host.ts';

/**
 * The user that Postgres and PgBouncer run as: both refuse root. Undefined where pitwall itself is not
 * root, for then they run as the same user.
 */
export const unprivilegedUser = (name: string, isRoot: boolean): ProcessUser | undefined => {
  if (!isRoot) return undefined;
  const found = parsePasswd(readFileSync('/etc/passwd', 'utf8'), name);
  if (found === undefined || found.uid === 0) {
    throw new PitwallError(
      'usage.invalid',
      `The user ${name} for the database is not an unprivileged user of this machine.`,
    );
  }
  return found;
};

/** The entry of a user in /etc/passwd (man 5 passwd). */
const parsePasswd = (text: string, name: string): ProcessUser | undefined => {
  const fields = text
    .split('\n')
    .map((line) => line.split(':'))
    .find((entry) => entry[0] === name);
  return fields === undefined ? undefined : { uid: Number(fields[2]), gid: Number(fields[3]) };
};
