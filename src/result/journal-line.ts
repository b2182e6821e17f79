import { createHash } from 'node:crypto';

/*
 * A line of the journal is its record as one JSON object whose last key, `sum`, chains it to all lines before: the
 * first 16 hexadecimal digits of SHA-256 over the previous line's sum and this record. A line that was cut, changed,
 * dropped or moved does not fit.
 */

/** What the first line's sum is chained to. */
export const firstSum = '';

/** The line of a record, without the line feed, and its sum. */
export const formatLine = (record: object, previousSum: string): { readonly line: string; readonly sum: string } => {
  const json = JSON.stringify(record);
  const sum = sumUp(previousSum, json);
  return { line: `${json.slice(0, -1)},"sum":"${sum}"}`, sum };
};

/** The record of a line as text, and its sum; undefined when the line is not whole or not the one after `previousSum`. */
export const openLine = (
  line: string,
  previousSum: string,
): { readonly json: string; readonly sum: string } | undefined => {
  const match = /^(\{.*),"sum":"([0-9a-f]{16})"\}$/s.exec(line);
  if (match === null) return undefined;
  const json = `${match[1]}}`;
  const sum = match[2]!;
  return sumUp(previousSum, json) === sum ? { json, sum } : undefined;
};

const sumUp = (previousSum: string, json: string): string =>
  createHash('sha256').update(previousSum).update(json).digest('hex').slice(0, 16);
