/**
 * `npm run verify:drivers [ECOSYSTEM ...]`: installs the source of each driver that advice names settings of into a
 * temporary folder, with the ordinary clients (pip, npm, cargo, go, mvn, apt), and looks for the names there. Fails where
 * one is gone. An ecosystem without its client is skipped, and said.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DriverEntry, drivers, type Ecosystem, type Setting } from '../../src/drivers/index.ts';
import { containsName } from './contains-name.ts';
import { fetchers } from './fetch-source.ts';

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

const takeSettings = ({ settings, above = {} }: DriverEntry): readonly Setting[] =>
  [settings, ...Object.values(above)].flatMap((some) => Object.values(some));

/** Names by the package whose source has them. */
const namesBySource = (entries: readonly DriverEntry[]): ReadonlyMap<string, ReadonlySet<string>> => {
  const names = new Map<string, Set<string>>();
  for (const entry of entries) {
    for (const setting of takeSettings(entry)) {
      const source = setting.source ?? entry.source ?? entry.packages[0]!;
      const known = names.get(source) ?? new Set();
      for (const name of setting.names) known.add(name);
      names.set(source, known);
    }
  }
  return names;
};

const wanted = process.argv.slice(2);
const [missing, verified, skipped] = [[] as string[], [] as string[], [] as string[]];
for (const ecosystem of Object.keys(drivers) as Ecosystem[]) {
  if (wanted.length > 0 && !wanted.includes(ecosystem)) continue;
  const fetchSource = fetchers[ecosystem];
  for (const [source, names] of namesBySource(drivers[ecosystem])) {
    if (names.size === 0) continue;
    const folder = mkdtempSync(join(tmpdir(), 'pitwall-driver-'));
    try {
      const at = fetchSource?.(source, folder);
      if (at === undefined) {
        skipped.push(source);
        say(`skipped   ${ecosystem} ${source}: there is no client for it`);
        continue;
      }
      for (const name of names) {
        const isThere = containsName(at, name);
        (isThere ? verified : missing).push(`${source} ${name}`);
        say(`${isThere ? 'found    ' : 'NOT FOUND'} ${ecosystem} ${source}: ${name}`);
      }
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
}
say(`${verified.length} names found, ${missing.length} not, ${skipped.length} packages skipped`);
process.exitCode = missing.length > 0 ? 1 : 0;
