import { chmodSync, cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { repository } from './race-folder.ts';

/** A folder for NODE_PATH. */
export interface SharedModules extends Disposable {
  readonly path: string;
}

/**
 * Copies a package and all that it depends on to where every user can read them: candidates of a race by root run as a user
 * of their own, who may not enter the folder that this repository lies in.
 */
export const shareModules = (name: string): SharedModules => {
  const path = mkdtempSync(join(tmpdir(), 'pitwall-test-modules-'));
  chmodSync(path, 0o755);
  const copied = new Set<string>();
  const copy = (one: string): void => {
    if (copied.has(one)) return;
    copied.add(one);
    const source = join(repository, 'node_modules', one);
    cpSync(source, join(path, one), { recursive: true });
    const { dependencies = {} } = JSON.parse(readFileSync(join(source, 'package.json'), 'utf8')) as {
      dependencies?: Record<string, string>;
    };
    for (const dependency of Object.keys(dependencies)) copy(dependency);
  };
  copy(name);
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
};
