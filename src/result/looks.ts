import type { JournalRecord, RaceResult } from './schema/race.ts';

/** The blocks that were asked for when the race was last prolonged; undefined where it never was. */
export const readProlonged = (records: readonly JournalRecord[]): number | undefined =>
  records.flatMap((record) => (record.type === 'resume' && record.blocks !== undefined ? [record.blocks] : [])).at(-1);

/** Complete or not, the last block that has a round. */
export const countBlocks = (records: readonly JournalRecord[]): number =>
  Math.max(0, ...records.map((record) => (record.type === 'round' ? record.round.block : 0)));

/**
 * Where the race was looked at so that it could end there, or had ended before blocks were added: undefined where its only look is the one at
 * its end.
 */
export const readLooks = (records: readonly JournalRecord[]): RaceResult['looks'] => {
  const at: number[] = [];
  let horizon = 0;
  let isLast = false;
  for (const [index, record] of records.entries()) {
    if (record.type === 'look') {
      at.push(record.blocks);
      ({ horizon, isLast } = record);
    } else if (record.type === 'resume' && record.blocks !== undefined) {
      const before = records[index - 1];
      const blocks = countBlocks(records.slice(0, index));
      const hadEnded = before?.type === 'end' && before.outcome === 'done';
      if (hadEnded && at.at(-1) !== blocks) at.push(blocks);
      if (at.length > 0) [horizon, isLast] = [record.blocks, false];
    }
  }
  return at.length === 0 ? undefined : { at, horizon, isLast };
};
