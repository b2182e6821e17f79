import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe, inject, test } from 'vitest';
import type { PartName } from '../../src/setup/index.ts';

/** Why these parts cannot be used in a test here; undefined where they can. */
const lacking = (...names: readonly PartName[]): string | undefined => {
  const lacks = inject('lacks');
  return names.flatMap((name) => lacks[name] ?? [])[0];
};

/** Tests that are skipped where a part is missing, with the reason in their title. */
export const describeWith = (names: readonly PartName[], title: string, tests: () => void): void => {
  describe.skipIf(lacking(...names) !== undefined)(withReason(title, names), tests);
};

/** A test that is skipped where a part is missing, with the reason in its title. */
export const testWith = (
  names: readonly PartName[],
  title: string,
  body: () => Promise<void>,
  timeoutMs: number,
): void => {
  test.skipIf(lacking(...names) !== undefined)(withReason(title, names), body, timeoutMs);
};

const withReason = (title: string, names: readonly PartName[]): string => {
  const reason = lacking(...names);
  return reason === undefined ? title : `${title} (skipped: ${reason})`;
};

/** Where a program is that set-up has found or brought. */
export const programPath = (command: string): string => {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/sbin'];
  const found = folders.map((folder) => join(folder, command)).find(isExecutable);
  if (found === undefined) throw new Error(`${command} is not installed`);
  return found;
};

const isExecutable = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};
