import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

/** Every file that a source file brings with it at run time, and every package. */
const reach = (file: string, files = new Set<string>(), packages = new Set<string>()) => {
  if (files.has(file)) return { files, packages };
  files.add(file);
  const source = readFileSync(file, 'utf8');
  for (const [, clause, from] of source.matchAll(/^(?:import|export)\s([^;]*?)\sfrom\s'([^']+)';/gms)) {
    if (clause!.startsWith('type ')) continue;
    if (from!.startsWith('.')) reach(resolve(dirname(file), from!), files, packages);
    else packages.add(from!);
  }
  return { files, packages };
};

test('the model needs nothing from Node: a page can run it', () => {
  const { files, packages } = reach(fileURLToPath(new URL('../../src/explain/index.ts', import.meta.url)));
  expect(files.size).toBeGreaterThan(15);
  expect([...packages].filter((name) => name.startsWith('node:'))).toEqual([]);
});
