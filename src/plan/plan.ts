import { existsSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, resolve } from 'node:path';
import { type HostKind, PitwallError, present } from '../base/index.ts';
import { digestFile } from '../files/index.ts';
import { type Candidate, type CandidateSettings, loadCandidate } from './candidate.ts';
import { type Conditions, makeConditions } from './conditions.ts';
import { parseDurationMs } from './duration.ts';
import { applyOverrides, makeSchedule, type PlanOverrides, requireOneEnd, type Schedule } from './schedule.ts';
import { type PlanFile, planFileSchema } from './schema.ts';
import { type SweepPoint, sweepPoints } from './sweep.ts';
import { loadWorkload, type Workload } from './workload-file.ts';
import { joinMessages, type LocatedYaml, readYamlFile, shorten } from './yaml-file.ts';

/** One entry of the race: a candidate under the name and with the settings that it runs with. */
export interface PlanEntry {
  readonly name: string;
  readonly candidate: Candidate;
  readonly settings: CandidateSettings;
  /** Where in a sweep it stands; without one there are no values, and the conditions are the plan's. */
  readonly point: { readonly label: string; readonly values: SweepPoint['values'] };
  readonly conditions: Conditions;
}

/** A plan with every default applied and every file it names read. */
export interface Plan extends Conditions, Schedule {
  readonly name: string;
  readonly about: string | undefined;
  readonly file: string;
  readonly workload: Workload;
  readonly entries: readonly PlanEntry[];
  readonly hosts: HostKind;
  /** USD a month by role. */
  readonly prices: PlanFile['prices'];
  /** Milliseconds. */
  readonly latencyTarget: { readonly p99Ms: number } | undefined;
}

export interface LoadPlanOptions {
  readonly overrides?: PlanOverrides;
  /** Folders that hold `candidates/`, `workloads/` and the plans themselves, searched in this order. */
  readonly roots: readonly string[];
}

/**
 * Reads a plan and all that it names. A relative path that leads nowhere from the working folder is tried from each
 * root: the plans that come with pitwall race from any folder.
 * @throws PitwallError `plan.not-found`, `plan.invalid`, `candidate.invalid` or `workload.invalid`.
 */
export const loadPlan = async (asked: string, { overrides = {}, roots }: LoadPlanOptions): Promise<Plan> => {
  const file = findPlan(asked, roots);
  const { only, ...values } = overrides;
  const written = readYamlFile(file, planFileSchema, 'plan.invalid');
  const plan = applyOverrides(written.value, values);
  const conditions = makeConditions(plan);
  const find = createFinder(file, [...roots, resolve(dirname(file), '..')]);

  const mistakes = createMistakes();
  const entries = plan.candidates.flatMap((item, index): readonly PlanEntry[] => {
    const { use, as, settings, env, patch } = typeof item === 'string' ? { ...asWritten, use: item } : item;
    const where = written.where(['candidates', index]);
    const candidate = mistakes.note(() => {
      const found = loadCandidate(find('candidates', use, where));
      const start = { ...found.start, env: { ...found.start.env, ...env } };
      return {
        ...found,
        start,
        ...present('patch', patch === undefined ? undefined : readPatch(resolve(dirname(file), patch), where)),
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
  mistakes.note(() => requireOwnNames(entries, written));
  mistakes.note(() => requireOneEnd(written));
  // Counted before they are made: a few long lists have more combinations than any memory.
  const points = mistakes.note(() => {
    requireFewEntries(plan, only?.length ?? plan.candidates.length, written);
    return sweepPoints(plan, written);
  });
  const folder = mistakes.note(() => find('workloads', plan.workload, written.where(['workload'])));
  const workload = folder === undefined ? undefined : await mistakes.wait(() => loadWorkload(folder, plan.scale));
  mistakes.throwIfAny();
  const kept = keepOnly(entries, only);
  return {
    name: plan.name ?? basename(file).replace(/\.ya?ml$/, ''),
    about: plan.about,
    file,
    // Without one there was a mistake.
    workload: workload!,
    entries: (points ?? []).flatMap((point) => kept.map((entry) => entryAt(entry, point))),
    ...makeSchedule(plan),
    hosts: plan.hosts,
    prices: plan.prices,
    latencyTarget: plan.latencyTarget && { p99Ms: parseDurationMs(plan.latencyTarget.p99)! },
    ...conditions,
  };
};

/** A candidate of which a plan changes nothing. */
const asWritten = { as: undefined, settings: {}, env: {}, patch: undefined };

const readPatch = (file: string, where: string): NonNullable<Candidate['patch']> => {
  try {
    return { file, digest: digestFile(file) };
  } catch (cause) {
    throw new PitwallError('plan.invalid', `${where}: the patch ${file} cannot be read.`, { cause });
  }
};

/** The entry as it races at one point of a sweep. */
const entryAt = (entry: PlanEntry, { label, values, conditions, settings }: SweepPoint): PlanEntry => ({
  ...entry,
  name: label === '' ? entry.name : `${entry.name}, ${label}`,
  settings: { ...entry.settings, ...settings },
  point: { label, values },
  conditions,
});

/** Gathers what is wrong, so that all of it is told at once. */
const createMistakes = () => {
  const found: PitwallError[] = [];
  return {
    /** The same for work that takes time. */
    async wait<T>(work: () => Promise<T>): Promise<T | undefined> {
      try {
        return await work();
      } catch (error) {
        if (!(error instanceof PitwallError)) throw error;
        found.push(error);
        return undefined;
      }
    },
    /** Undefined where the work found a mistake. */
    note<T>(work: () => T): T | undefined {
      try {
        return work();
      } catch (error) {
        if (!(error instanceof PitwallError)) throw error;
        found.push(error);
        return undefined;
      }
    },
    throwIfAny(): void {
      const [first, ...others] = found;
      if (first === undefined) return;
      if (others.length === 0) throw first;
      throw new PitwallError(first.code, joinMessages(found.map(({ message }) => message)));
    },
  };
};

/** Files are named after entries, and what differs only in signs that file names do not have would share one. */
const requireOwnNames = (entries: readonly PlanEntry[], { where }: LocatedYaml<PlanFile>): void => {
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

const requireFewEntries = ({ sweep }: PlanFile, candidates: number, { where }: LocatedYaml<PlanFile>): void => {
  const points = Object.values(sweep ?? {}).reduce((product, values) => product * values.length, 1);
  if (points * candidates <= mostEntries) return;
  throw new PitwallError(
    'plan.invalid',
    `${where(['sweep'])}: ${points} points of ${candidates} candidates are more than ${mostEntries} entries.`,
  );
};

const keepOnly = (entries: readonly PlanEntry[], only: readonly string[] | undefined) => {
  if (only === undefined) return entries;
  const names = entries.map((entry) => entry.name);
  const unknown = only.find((name) => !names.includes(name));
  if (unknown !== undefined) {
    throw new PitwallError('usage.invalid', `--only ${unknown}: the plan has ${names.join(', ')}.`);
  }
  return entries.filter((entry) => only.includes(entry.name));
};

const findPlan = (asked: string, roots: readonly string[]): string => {
  const tried = [asked, ...(isAbsolute(asked) ? [] : roots.map((root) => join(root, asked)))];
  const found = tried.find((file) => existsSync(file));
  if (found !== undefined) return found;
  const folders = [...new Set(tried.map((file) => dirname(resolve(file))))];
  throw new PitwallError('plan.not-found', `There is no plan ${asked}; looked in ${folders.join(', ')}.`);
};

const markers = { candidates: 'candidate.yaml', workloads: 'workload.yaml' } as const;

/** Finds the folders that a plan names. */
const createFinder =
  (planFile: string, roots: readonly string[]) =>
  (kind: keyof typeof markers, use: string, where: string): string => {
    const isPath = use.startsWith('.') || isAbsolute(use);
    const tried = isPath ? [resolve(dirname(planFile), use)] : [...new Set(roots.map((root) => join(root, kind, use)))];
    const found = tried.find((folder) => existsSync(join(folder, markers[kind])));
    if (found !== undefined) return found;
    throw new PitwallError(
      'plan.invalid',
      `${where}: ${kind.slice(0, -1)} "${shorten(use)}" does not exist; looked for ${markers[kind]} in ${tried.map((path) => shorten(path)).join(', ')}.`,
    );
  };
