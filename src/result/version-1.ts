/*
 * Results of version 1 said the same in other words. This is the only place that knows them: what is read here goes on as version 2.
 * What version 1 did not record stays absent.
 */

/** Names of version 1, and what version 2 calls the same. */
const renamed: ReadonlyMap<string, string> = new Map([
  ['turnarounds', 'roundTrips'],
  ['connectTurnarounds', 'connectRoundTrips'],
  ['expectedTurnarounds', 'expectedRoundTrips'],
  ['surroundings', 'telemetry'],
  ['twinOf', 'variantOf'],
  ['twin', 'control'],
]);

/** Records whose keys are names that users gave: they mean what they meant. */
const namedByUsers: ReadonlySet<string> = new Set(['settings', 'versions', 'lockDigests', 'prices', 'point']);

/** Whether a race.json, or the first record of a journal, is of version 1. */
export const isVersion1 = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && 'version' in value && value.version === 1;

/** A race.json or a record of a journal of version 1, in the words of version 2. What is neither is left as it is. */
export const upgradeVersion1 = (value: unknown): unknown =>
  isVersion1(value) ? { ...(rename(value) as object), version: 2 } : rename(value);

const rename = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(rename);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      renamed.get(key) ?? key,
      namedByUsers.has(key) ? inner : rename(inner),
    ]),
  );
};
