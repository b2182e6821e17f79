import { statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { PitwallError, present } from '../base/index.ts';
import { digestFile } from '../files/index.ts';
import { type Candidate, type CandidateSettings, loadCandidate, readInlineCandidate } from './candidate.ts';
import type { Conditions } from './conditions.ts';
import type { Mistakes } from './mistakes.ts';
import type { PlanFile } from './schema.ts';
import type { SweepPoint } from './sweep.ts';
import { type LocatedYaml, shorten } from './yaml-file.ts';

/** One entry of the race: a candidate under the name and with the settings that it runs with. */
export interface PlanEntry {
  readonly name: string;
  readonly candidate: Candidate;
  readonly settings: CandidateSettings;
  /** Where in a sweep it stands; without one there are no values, and the conditions are the plan's. */
  readonly point: { readonly label: string; readonly values: SweepPoint['values'] };
  readonly conditions: Conditions;
}

export interface EntryOptions {
  /** The plan's own. */
  readonly file: string;
  readonly written: LocatedYaml<PlanFile>;
  readonly conditions: Conditions;
  readonly mistakes: Mistakes;
  /** The folder of a candidate that has one of its own. */
  find(use: string, where: string): string;
}

/** The entries of a plan, those without a mistake; a sweep comes later. */
export const readEntries = (
  plan: PlanFile,
  { file, written, conditions, mistakes, find }: EntryOptions,
): readonly PlanEntry[] => {
  const folder = dirname(file);
  const inline = new Map<string, Candidate>();
  for (const item of plan.candidates) {
    if (typeof item === 'object' && !('use' in item)) inline.set(item.name, readInlineCandidate(item, folder));
  }
  return plan.candidates.flatMap((item, index): readonly PlanEntry[] => {
    const where = written.where(['candidates', index]);
    const variant = typeof item === 'string' ? { use: item } : 'use' in item ? item : { use: item.name };
    const { use, as, settings = {}, env = {}, patch } = variant as Variant;
    const candidate = mistakes.note(() => {
      const found = inline.get(use) ?? loadCandidate(find(use, where));
      if (found.isInline) requireFolder(found.folder, where);
      return {
        ...found,
        start: { ...found.start, env: { ...found.start.env, ...env } },
        ...present('patch', patch === undefined ? undefined : readPatch(resolve(folder, patch), where)),
      };
    });
    if (candidate === undefined) return [];
    return [
      {
        name: as ?? candidate.name,
        candidate,
        settings: { ...candidate.settings, ...settings },
        point: { label: '', values: {} },
        conditions,
      },
    ];
  });
};

type Variant = Pick<Extract<PlanFile['candidates'][number], { use: string }>, 'use'> &
  Partial<Extract<PlanFile['candidates'][number], { use: string }>>;

const requireFolder = (folder: string, where: string): void => {
  try {
    if (statSync(folder).isDirectory()) return;
  } catch {
    // Not there, or no path at all.
  }
  throw new PitwallError('plan.invalid', `${where}: path: ${shorten(folder)} is no folder.`);
};

const readPatch = (file: string, where: string): NonNullable<Candidate['patch']> => {
  try {
    return { file, digest: digestFile(file) };
  } catch (cause) {
    throw new PitwallError('plan.invalid', `${where}: the patch ${file} cannot be read.`, { cause });
  }
};

/** The entry as it races at one point of a sweep. */
export const entryAt = (entry: PlanEntry, { label, values, conditions, settings }: SweepPoint): PlanEntry => ({
  ...entry,
  name: label === '' ? entry.name : `${entry.name}, ${label}`,
  settings: { ...entry.settings, ...settings },
  point: { label, values },
  conditions,
});

/** Files are named after entries, and what differs only in signs that file names do not have would share one. */
export const requireOwnNames = (entries: readonly PlanEntry[], { where }: LocatedYaml<PlanFile>): void => {
  const names = entries.map(({ name }) => name.replace(/[^A-Za-z0-9._-]+/g, '-'));
  for (const [index, name] of names.entries()) {
    const first = names.indexOf(name);
    if (first === index) continue;
    const [other, own] = [entries[first]!.name, entries[index]!.name];
    throw new PitwallError(
      'plan.invalid',
      other === own
        ? `${where(['candidates', index])}: two candidates are called ${own}; give one another name with \`as\`.`
        : `${where(['candidates', index])}: ${own} and ${other} would share their files; give one another name with \`as\`.`,
    );
  }
};

/** Each takes minutes: more are a slip of the pen. */
const mostEntries = 1_000;

export const requireFewEntries = ({ sweep }: PlanFile, candidates: number, { where }: LocatedYaml<PlanFile>): void => {
  const points = Object.values(sweep ?? {}).reduce((product, values) => product * values.length, 1);
  if (points * candidates <= mostEntries) return;
  throw new PitwallError(
    'plan.invalid',
    `${where(['sweep'])}: ${points} points of ${candidates} candidates are more than ${mostEntries} entries.`,
  );
};

export const keepOnly = (entries: readonly PlanEntry[], only: readonly string[] | undefined) => {
  if (only === undefined) return entries;
  const names = entries.map((entry) => entry.name);
  const unknown = only.find((name) => !names.includes(name));
  if (unknown !== undefined) {
    throw new PitwallError('usage.invalid', `--only ${unknown}: the plan has ${names.join(', ')}.`);
  }
  return entries.filter((entry) => only.includes(entry.name));
};
