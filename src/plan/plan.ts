import { existsSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, resolve } from 'node:path';
import { PitwallError } from '../base/index.ts';
import { type Candidate, type CandidateSettings, loadCandidate } from './candidate.ts';
import { parseBytesPerSecond, parseDurationMs } from './duration.ts';
import { type ComponentName, componentNames, type PlanFile, planFileSchema } from './schema.ts';
import { type SweepPoint, sweepPoints } from './sweep.ts';
import { loadWorkload, type Workload } from './workload-file.ts';
import { parseYaml, readYamlFile } from './yaml-file.ts';

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
export interface Plan extends Conditions {
  readonly name: string;
  readonly about: string | undefined;
  readonly file: string;
  readonly workload: Workload;
  readonly entries: readonly PlanEntry[];
  readonly blocks: number;
  /** Half-width of the rate's interval at which no block is added any more, as a share; undefined: exactly `blocks`. */
  readonly precision: number | undefined;
  readonly maxBlocks: number;
  /** How often a candidate's refused rounds are played again, in all. */
  readonly retries: number;
  readonly seed: number;
  readonly hosts: 'local' | 'namespaces';
  /** USD a month by role. */
  readonly prices: PlanFile['prices'];
  /** Milliseconds. */
  readonly latencyTarget: { readonly p99Ms: number } | undefined;
}

/** What a round is played under: all that a sweep can change. */
export interface Conditions {
  readonly durationMs: number;
  readonly warmupMs: number;
  /** How long to load at most before the warm-up, until throughput has settled. */
  readonly settleMs: number | undefined;
  readonly connections: number;
  /** A server must answer within it after its start. */
  readonly startTimeoutMs: number;
  readonly timeoutMs: number;
  /** Share of the answers under load that the contract checks, 0 to 1. */
  readonly sampleRatio: number;
  readonly proxy: { readonly maxconn: number; readonly pathPrefix: string } | undefined;
  readonly pooler: { readonly connections: number } | undefined;
  readonly placements: Readonly<Partial<Record<ComponentName, Placement>>>;
  readonly links: Readonly<Partial<Record<LinkPlace, LinkPlan>>>;
  readonly instruments: Instruments;
  readonly tap: 'off' | 'calibration' | 'rounds';
  readonly calibration:
    | { readonly requests: number; readonly crossCheck: boolean; readonly tls: 'terminate' | 'passthrough' }
    | undefined;
}

/** Which samplers run beside a round. */
export type Instruments = PlanFile['instruments'];

/** Between which neighbours a link lies. */
export type LinkPlace = keyof PlanFile['links'];

/** Where on its host a component runs. */
export interface Placement {
  /** A list of processors as taskset takes it, e.g. `0-1,3`. */
  readonly cpus?: string;
  readonly nice?: number;
}

/** What an emulated network path is asked to do. */
export interface LinkPlan {
  readonly rttMs: number;
  readonly jitterMs?: number;
  readonly bytesPerSecond?: number;
}

/** What the command line may change of a plan, in the plan's own words. */
export interface PlanOverrides {
  readonly blocks?: number;
  readonly precision?: string;
  readonly maxBlocks?: number;
  readonly retries?: number;
  readonly duration?: string;
  readonly warmup?: string;
  readonly connections?: number;
  readonly scale?: number;
  readonly seed?: number;
  /** Names of the entries to keep. */
  readonly only?: readonly string[];
}

export interface LoadPlanOptions {
  readonly overrides?: PlanOverrides;
  /** Folders that hold `candidates/` and `workloads/`, searched in this order. */
  readonly roots: readonly string[];
}

/**
 * Reads a plan and all that it names.
 * @throws PitwallError `plan.not-found`, `plan.invalid`, `candidate.invalid` or `workload.invalid`.
 */
export const loadPlan = async (file: string, { overrides = {}, roots }: LoadPlanOptions): Promise<Plan> => {
  if (!existsSync(file)) throw new PitwallError('plan.not-found', `There is no plan ${file}.`);
  const { only, ...values } = overrides;
  const written = await readYamlFile(file, planFileSchema, 'plan.invalid');
  const plan = applyOverrides(written, values);
  const search = [...roots, resolve(dirname(file), '..')];

  const entries = await Promise.all(
    plan.candidates.map(async (item): Promise<PlanEntry> => {
      const { use, as, settings } = typeof item === 'string' ? { use: item, as: undefined, settings: {} } : item;
      const candidate = await loadCandidate(findFolder('candidates', 'candidate.yaml', use, file, search));
      return {
        name: as ?? candidate.name,
        candidate,
        settings: { ...candidate.settings, ...settings },
        point: { label: '', values: {} },
        conditions: conditionsOf(plan),
      };
    }),
  );
  const kept = keepOnly(entries, only, file);
  const folder = findFolder('workloads', 'workload.yaml', plan.workload, file, search);
  return {
    name: plan.name ?? basename(file).replace(/\.ya?ml$/, ''),
    about: plan.about,
    file,
    workload: await loadWorkload(folder, plan.scale),
    entries: sweepPoints(plan, file).flatMap((point) => kept.map((entry) => entryAt(entry, point))),
    blocks: plan.blocks,
    precision: plan.precision === undefined ? undefined : Number.parseFloat(plan.precision) / 100,
    maxBlocks: Math.max(plan.blocks, plan.maxBlocks),
    retries: plan.retries,
    seed: plan.seed,
    hosts: plan.hosts,
    prices: plan.prices,
    latencyTarget: plan.latencyTarget && { p99Ms: parseDurationMs(plan.latencyTarget.p99)! },
    ...conditionsOf(plan),
  };
};

/** The entry as it races at one point of a sweep. */
const entryAt = (entry: PlanEntry, { label, values, plan, settings }: SweepPoint): PlanEntry => ({
  ...entry,
  name: label === '' ? entry.name : `${entry.name}, ${label}`,
  settings: { ...entry.settings, ...settings },
  point: { label, values },
  conditions: conditionsOf(plan),
});

const conditionsOf = (plan: PlanFile): Conditions => ({
  durationMs: parseDurationMs(plan.duration)!,
  warmupMs: parseDurationMs(plan.warmup)!,
  settleMs: plan.settle === undefined ? undefined : parseDurationMs(plan.settle),
  connections: plan.connections,
  startTimeoutMs: parseDurationMs(plan.startTimeout)!,
  timeoutMs: parseDurationMs(plan.timeout)!,
  sampleRatio: plan.sample,
  proxy: plan.proxy || undefined,
  pooler: plan.pooler || undefined,
  placements: placementsOf(plan),
  links: Object.fromEntries(
    Object.entries(plan.links).flatMap(([place, link]) => (link === undefined ? [] : [[place, linkOf(link)]])),
  ),
  instruments: plan.instruments,
  tap: plan.tap,
  calibration: plan.calibration || undefined,
});

const placementsOf = ({ cpus, nice }: PlanFile): Plan['placements'] =>
  Object.fromEntries(
    componentNames.map((name) => [
      name,
      {
        ...(cpus[name] === undefined ? {} : { cpus: cpus[name] }),
        ...(nice[name] === undefined ? {} : { nice: nice[name] }),
      },
    ]),
  );

const linkOf = (link: Exclude<PlanFile['links'][LinkPlace], undefined>): LinkPlan => {
  const { rtt, jitter, rate } = typeof link === 'string' ? { rtt: link, jitter: undefined, rate: undefined } : link;
  return {
    rttMs: parseDurationMs(rtt)!,
    ...(jitter === undefined ? {} : { jitterMs: parseDurationMs(jitter)! }),
    ...(rate === undefined ? {} : { bytesPerSecond: parseBytesPerSecond(rate)! }),
  };
};

/** Overrides pass the same checks as the file, so `--duration 5x` gets the file's own message. */
const applyOverrides = (written: PlanFile, overrides: Omit<PlanOverrides, 'only'>): PlanFile =>
  Object.keys(overrides).length === 0
    ? written
    : parseYaml(JSON.stringify({ ...written, ...overrides }), 'the command line', planFileSchema, 'usage.invalid');

const keepOnly = (entries: readonly PlanEntry[], only: readonly string[] | undefined, file: string) => {
  const names = entries.map((entry) => entry.name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) {
    throw new PitwallError(
      'plan.invalid',
      `${file}: two candidates are called ${twice}; give one another name with \`as\`.`,
    );
  }
  if (only === undefined) return entries;
  const unknown = only.find((name) => !names.includes(name));
  if (unknown !== undefined) {
    throw new PitwallError('usage.invalid', `--only ${unknown}: the plan has ${names.join(', ')}.`);
  }
  return entries.filter((entry) => only.includes(entry.name));
};

const findFolder = (
  kind: 'candidates' | 'workloads',
  marker: string,
  use: string,
  planFile: string,
  roots: readonly string[],
): string => {
  const isPath = use.startsWith('.') || isAbsolute(use);
  const tried = isPath ? [resolve(dirname(planFile), use)] : [...new Set(roots.map((root) => join(root, kind, use)))];
  const found = tried.find((folder) => existsSync(join(folder, marker)));
  if (found !== undefined) return found;
  throw new PitwallError(
    'plan.invalid',
    `${planFile}: ${kind === 'candidates' ? 'candidate' : 'workload'} "${use}" does not exist; looked for ${marker} in ${tried.join(', ')}.`,
  );
};
