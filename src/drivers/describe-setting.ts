import type { DriverEntry, Purpose, Setting } from './entry.ts';

const generalTexts: Readonly<Record<Purpose, string>> = {
  cache: "the driver's statement cache, or a named prepared statement",
  check: "turn off the pool's test on checkout, or test only connections that were idle for long",
  reset: "turn off the pool's reset on return",
  persist: 'a connection pool, in the application or as PgBouncer beside it',
  // Most drivers open no transaction by themselves, and have no mode for it.
  autocommit: 'leave out `BEGIN` and `COMMIT` around them, or turn on autocommit where the driver begins by itself',
  pipeline: "the driver's pipeline mode, a batch, or one statement with JSON aggregates",
  fetch: 'a larger fetch size of the cursor',
  savepoints: "turn off the driver's or the framework's savepoint before each statement",
  prefetch: '`= any($1)`, a join, or what the ORM calls prefetching or eager loading',
};
/** Where the driver is known, and has no such setting. */
const knownTexts: Partial<Readonly<Record<Purpose, string>>> = {
  autocommit: 'leave out `BEGIN` and `COMMIT` (the transaction in the code) around them',
};

/** What the candidate's ORM, pool or driver has for a purpose; undefined where none of them has anything. */
export const findSetting = (stack: readonly DriverEntry[], purpose: Purpose): Setting | undefined => {
  for (const { settings, above = {} } of stack) {
    const below = stack.find(({ name }) => above[name]?.[purpose] !== undefined);
    const setting = (below && above[below.name]?.[purpose]) ?? settings[purpose];
    if (setting !== undefined) return setting;
  }
  return undefined;
};

/** Its own name for what a piece of advice asks for, or general words where it has none. */
export const describeSetting = (stack: readonly DriverEntry[], purpose: Purpose): string =>
  findSetting(stack, purpose)?.text ?? (stack.length > 0 ? knownTexts[purpose] : undefined) ?? generalTexts[purpose];
