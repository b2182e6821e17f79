/*
 * Names that plans, results, reports and the model share.
 */

/** The parts of a stage, from the client to the database, in the order in which a request meets them. */
export const componentNames = [
  'load',
  'client-link',
  'proxy',
  'server-link',
  'candidate',
  'tap',
  'pooler',
  'database-link',
  'database',
] as const;

export type ComponentName = (typeof componentNames)[number];

/** Where components can run: all on this machine, or each role in a network namespace of its own. */
export const hostKinds = ['local', 'namespaces'] as const;

export type HostKind = (typeof hostKinds)[number];

/** How PgBouncer pools in a race: a client keeps its server connection for its whole session. The model reckons with it. */
export const poolMode = 'session';
