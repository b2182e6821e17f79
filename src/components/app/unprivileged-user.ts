import { readFileSync } from 'node:fs';
import { PitwallError } from '../../base/index.ts';
import type { ProcessUser } from '../../hosts/index.ts';

/**
 * A user that something runs as when pitwall is root: Postgres and PgBouncer refuse root, and a candidate is not trusted with it.
 * Undefined where pitwall itself is not root, for then all run as the same user.
 * @param what runs as it, for the message
 */
export const unprivilegedUser = (name: string, isRoot: boolean, what: string): ProcessUser | undefined => {
  if (!isRoot) return undefined;
  const found = parsePasswd(readFileSync('/etc/passwd', 'utf8'), name);
  if (found === undefined || found.uid === 0) {
    throw new PitwallError(
      'usage.invalid',
      `The user ${name} for ${what} is not an unprivileged user of this machine.`,
    );
  }
  return found;
};

/** The user of the candidates; `root` is allowed, for tools that nobody else can reach. */
export const candidateUser = (name: string, isRoot: boolean): ProcessUser | undefined =>
  name === 'root' ? undefined : unprivilegedUser(name, isRoot, 'candidates');

/** The entry of a user in /etc/passwd (man 5 passwd). */
const parsePasswd = (text: string, name: string): ProcessUser | undefined => {
  const fields = text
    .split('\n')
    .map((line) => line.split(':'))
    .find((entry) => entry[0] === name);
  return fields === undefined ? undefined : { uid: Number(fields[2]), gid: Number(fields[3]) };
};
