/** Tells what a statement is for, by its text without values (see docs/tap.md). */

/** An empty query, or `SELECT 1` as checks write it (literals come as `?`). */
export const isCheck = (text: string): boolean => /^\s*;?\s*$|^\s*select\s+(\?|1)\s*;?\s*$/i.test(text);

/** asyncpg's reset is several statements in one query; others send one of them. */
export const isReset = (text: string): boolean =>
  /discard\s+all|reset\s+all|unlisten\s+\*|pg_advisory_unlock_all|close\s+all/i.test(text);

export const isSavepoint = (text: string): boolean =>
  /^\s*(savepoint|release|rollback\s+((work|transaction)\s+)?to)\b/i.test(text);

/** pgjdbc sets it before each statement in a transaction, with `autosave`. */
export const isAutosave = (text: string): boolean => /pgjdbc_autosave/i.test(text);

export const isTransaction = (text: string): boolean =>
  !isSavepoint(text) && /^\s*(begin|start\s+transaction|commit|end|rollback)\b[^;]*;?\s*$/i.test(text);

export const isFetch = (text: string): boolean => /^\s*(fetch|move)\b/i.test(text);

/** Everything that is not what the application asks for. */
export const isHousekeeping = (text: string): boolean =>
  isCheck(text) ||
  isReset(text) ||
  isSavepoint(text) ||
  isTransaction(text) ||
  isFetch(text) ||
  /^\s*(set|reset|show|deallocate|close)\b/i.test(text);

/** Where the tap counts what it has no text for: not one statement. */
export const isUnnamed = (text: string): boolean => /^\((other|unknown) statements\)$/.test(text);
