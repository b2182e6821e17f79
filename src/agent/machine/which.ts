import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';

/** The path of a command (a name or an absolute path), or null. Debian keeps haproxy and pgbouncer in /usr/sbin, which is not on everybody's PATH. */
export const findCommand = (command: string, searched: string = process.env['PATH'] ?? ''): string | null => {
  const path = [...searched.split(delimiter), '/usr/local/sbin', '/usr/sbin', '/sbin'];
  const places = isAbsolute(command)
    ? [command]
    : path.filter((folder) => isAbsolute(folder)).map((folder) => join(folder, command));
  return places.find(isExecutable) ?? null;
};

const isExecutable = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
};
