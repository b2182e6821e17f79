import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Clock } from '../../base/index.ts';
import { PitwallError, present } from '../../base/index.ts';
import {
  countBlocks,
  createJournal,
  type Environment,
  type Journal,
  type JournalRecord,
  type MissingTool,
  type PlanFacts,
  reopenJournal,
} from '../../result/index.ts';
import type { RaceEvent } from '../events.ts';
import { lockRace } from './race-lock.ts';

/** The journal of a race, compared with other pitwalls. */
export interface OpenRace extends Disposable {
  readonly journal: Journal;
}

/** By the names of all candidates, how to find the digest of their sources as they are now. */
export type Sources = ReadonlyMap<string, () => string>;

/** What a race is; the journal's first line. */
export interface RaceIdentity {
  readonly plan: PlanFacts;
  readonly environment: Environment;
  readonly missing: readonly MissingTool[];
  readonly overrides: Extract<JournalRecord, { type: 'race' }>['overrides'];
}

/** What says whether a race is a new one or goes on. */
export interface OpenOptions {
  /** The folder that gets a folder for a new race. */
  readonly resultsFolder: string;
  /** The folder of a race to go on with. */
  readonly resume?: string;
  /** How many blocks it is to have then, where it was played to its end. */
  readonly prolongTo?: number;
  readonly clock: Clock;
  onEvent(event: RaceEvent): void;
}

/**
 * A new race, or one that ended before its last round, to go on with.
 * @throws PitwallError `race.changed` when it would not be the same race, `race.finished`, `result.locked`.
 */
export const openRace = (identity: RaceIdentity, sources: Sources, options: OpenOptions): OpenRace =>
  options.resume === undefined
    ? beginRace(options.resultsFolder, identity, options.clock)
    : resumeRace(options.resume, sources, identity, options);

/** Makes the folder of a new race below `resultsFolder`. */
const beginRace = (resultsFolder: string, { plan, ...identity }: RaceIdentity, clock: Clock): OpenRace => {
  const startedAt = new Date(clock.unixMs()).toISOString();
  const name = plan.name.replace(/[^A-Za-z0-9._-]+/g, '-');
  const id = `${startedAt.slice(0, 19).replaceAll(':', '-')}-${name}-${randomBytes(2).toString('hex')}`;
  const journal = createJournal(join(resultsFolder, id));
  try {
    const lock = lockRace(journal.folder);
    const { environment, missing, overrides } = identity;
    journal.append({ type: 'race', version: 2, id, startedAt, plan, environment, missing: [...missing], overrides });
    return open(journal, lock);
  } catch (error) {
    journal[Symbol.dispose]();
    throw error;
  }
};

const resumeRace = (
  folder: string,
  sources: Sources,
  identity: RaceIdentity,
  { clock, prolongTo, onEvent }: OpenOptions,
): OpenRace => {
  const lock = lockRace(folder);
  try {
    const { journal, torn } = reopenJournal(folder);
    try {
      requireMore(folder, journal.records, prolongTo);
      requireSame(folder, journal.records, sources, identity);
      if (torn) onEvent({ kind: 'warning', text: `The last line of ${folder} had been cut short and was dropped.` });
      sayWhatIsKept(journal.records, onEvent);
      journal.append({
        type: 'resume',
        resumedAt: new Date(clock.unixMs()).toISOString(),
        torn,
        ...present('blocks', prolongTo),
      });
      return open(journal, lock);
    } catch (error) {
      journal[Symbol.dispose]();
      throw error;
    }
  } catch (error) {
    lock[Symbol.dispose]();
    throw error;
  }
};

const sayWhatIsKept = (records: readonly JournalRecord[], onEvent: (event: RaceEvent) => void): void => {
  const kept = records.flatMap((record) => (record.type === 'round' ? [record] : []));
  for (const { candidate, round } of kept) onEvent({ kind: 'round-kept', candidate, round });
  const rounds = kept.length === 1 ? '1 round was' : `${kept.length} rounds were`;
  onEvent({ kind: 'progress', text: `${rounds} played before; the race goes on with the next` });
};

const open = (journal: Journal, lock: Disposable): OpenRace => ({
  journal,
  [Symbol.dispose]() {
    journal[Symbol.dispose]();
    lock[Symbol.dispose]();
  },
});

/** A race that was played to its end goes on only for more blocks than it has. */
const requireMore = (folder: string, records: readonly JournalRecord[], prolongTo: number | undefined): void => {
  const last = records.at(-1);
  const blocks = countBlocks(records);
  const isDone = last?.type === 'end' && last.outcome === 'done';
  if (prolongTo === undefined ? !isDone : prolongTo > blocks) return;
  const had = `it has ${blocks} ${blocks === 1 ? 'block' : 'blocks'}`;
  throw new PitwallError(
    'race.finished',
    prolongTo === undefined
      ? `All rounds of ${folder} were played: ${had}.`
      : `--blocks ${prolongTo} adds nothing to ${folder}: ${had}.`,
  );
};

/** What must be equal, by the words in which a difference is told. */
const requireSame = (
  folder: string,
  records: readonly JournalRecord[],
  sources: Sources,
  { plan: facts, environment, missing }: RaceIdentity,
): void => {
  const head = records[0];
  if (head?.type !== 'race')
    throw new PitwallError('result.invalid', `${folder}: the journal does not begin with a race.`);
  const differences = [
    ...differing('plan', { ...head.plan, file: '' }, { ...facts, file: '' }),
    ...differing('machine', head.environment, environment),
    ...differing('tools', { missing: head.missing }, { missing }),
    ...records.flatMap((record) => (record.type === 'candidate' ? sourceDifference(record, sources) : [])),
  ];
  if (differences.length === 0) return;
  const list = [...new Set(differences)].slice(0, 4).join('; ');
  throw new PitwallError('race.changed', `${folder} cannot go on as the race that it was: ${list}.`);
};

const differing = (what: string, before: object, now: object): readonly string[] => {
  const [old, current] = [before, now].map((value) => JSON.parse(JSON.stringify(value)) as Record<string, unknown>);
  return [...new Set([...Object.keys(old!), ...Object.keys(current!)])]
    .filter((key) => JSON.stringify(old![key]) !== JSON.stringify(current![key]))
    .map((key) => `${what}: ${key} was ${shorten(old![key])}, is ${shorten(current![key])}`);
};

const shorten = (value: unknown): string => (JSON.stringify(value) ?? 'not there').slice(0, 60);

const sourceDifference = (
  { name, sourceDigest }: Extract<JournalRecord, { type: 'candidate' }>,
  sources: Sources,
): readonly string[] => {
  const digest = sources.get(name);
  if (digest === undefined) return [`candidate ${name} is not in the plan`];
  return sourceDigest === undefined || sourceDigest === digest() ? [] : [`the sources of ${name} have changed`];
};
