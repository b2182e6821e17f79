import type { TestProject } from 'vitest/node';
import { systemClock } from '../../src/base/index.ts';
import { cacheFolder } from '../../src/components/index.ts';
import { allParts, setUp } from '../../src/setup/index.ts';
import { shareModules } from './shared-modules.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Why a part that tests use is not here, by the name of the part. */
    readonly lacks: Readonly<Record<string, string>>;
  }
}

/** What `npm test` does first: the same set-up that a race does, for all that the tests use. */
export default async ({ provide }: TestProject): Promise<() => void> => {
  const { impossible } = await setUp({
    names: allParts,
    mode: process.env['PITWALL_SETUP'] === 'off' ? 'look' : 'install',
    cacheFolder: cacheFolder(process.env, process.getuid?.() === 0),
    env: process.env,
    clock: systemClock,
    signal: new AbortController().signal,
    say: (text) => void process.stderr.write(`${text}\n`),
  });
  for (const { title, reason, command } of impossible) {
    process.stderr.write(
      `Tests that need ${title} are skipped: ${reason.replace(/[.:]?$/, '.')} By hand: ${command}\n`,
    );
  }
  provide('lacks', Object.fromEntries(impossible.map(({ name, title, reason }) => [name, `no ${title}: ${reason}`])));
  // A race of a test would otherwise try again what was impossible, with a cache of its own each time.
  process.env['PITWALL_SETUP'] = 'off';
  const modules = shareModules('pg');
  process.env['PITWALL_TEST_MODULES'] = modules.path;
  return () => modules[Symbol.dispose]();
};
