import { existsSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, resolve } from 'node:path';
import { type HostKind, PitwallError } from '../base/index.ts';
import { type Conditions, makeConditions } from './conditions.ts';
import { parseDurationMs } from './duration.ts';
import { entryAt, keepOnly, type PlanEntry, readEntries, requireFewEntries, requireOwnNames } from './entries.ts';
import { createMistakes } from './mistakes.ts';
import { applyOverrides, makeSchedule, type PlanOverrides, requireOneEnd, type Schedule } from './schedule.ts';
import { type PlanFile, planFileSchema } from './schema.ts';
import { sweepPoints } from './sweep.ts';
import { makeInlineWorkload } from './workload/inline-workload.ts';
import { loadWorkload, type Workload } from './workload/workload-file.ts';
import { type LocatedYaml, readYamlFile, shorten } from './yaml-file.ts';

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
  const entries = readEntries(plan, {
    file,
    written,
    conditions,
    mistakes,
    find: (use, where) => find('candidates', use, where),
  });
  mistakes.note(() => requireOwnNames(entries, written));
  mistakes.note(() => requireOneEnd(written));
  // Counted before they are made: a few long lists have more combinations than any memory.
  const points = mistakes.note(() => {
    requireFewEntries(plan, only?.length ?? plan.candidates.length, written);
    return sweepPoints(plan, written);
  });
  const workload = await mistakes.wait(() =>
    readWorkload(plan, { file, written }, (use, where) => find('workloads', use, where)),
  );
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

const readWorkload = async (
  { workload, scale }: PlanFile,
  { file, written: { where } }: { readonly file: string; readonly written: LocatedYaml<PlanFile> },
  find: (use: string, where: string) => string,
): Promise<Workload> => {
  if (typeof workload === 'string') return await loadWorkload(find(workload, where(['workload'])), scale);
  if (scale === undefined)
    return makeInlineWorkload(workload, resolve(dirname(file)), (path) => where(['workload', ...path]));
  throw new PitwallError('plan.invalid', `${where(['scale'])}: scale goes with a workload that has a module.`);
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
