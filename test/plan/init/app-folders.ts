import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export interface AppFiles extends Disposable {
  readonly folder: string;
}

/** A folder called `shop` with these files. */
export const makeApp = (files: Readonly<Record<string, string>>): AppFiles => {
  const parent = mkdtempSync(join(tmpdir(), 'init-app-'));
  const folder = join(parent, 'shop');
  mkdirSync(folder);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return { folder, [Symbol.dispose]: () => rmSync(parent, { recursive: true, force: true }) };
};
