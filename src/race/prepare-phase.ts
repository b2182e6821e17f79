import { messageOf } from '../base/index.ts';
import type { PlanEntry } from '../plan/index.ts';
import type { CandidateFacts } from '../result/index.ts';
import { prepareCandidate, readLockedVersions } from '../stage/index.ts';
import { describeProvenance } from './provenance.ts';
import { type Begun, leaveOut, type Runner } from './running.ts';

/** Builds the candidates of these entries; what cannot be built is skipped with the reason. */
export const prepareAll = async (begun: Begun, entries: readonly PlanEntry[]): Promise<readonly Runner[]> => {
  const { plan, context } = begun;
  const runners: Runner[] = [];
  for (const entry of entries) {
    const { candidate } = entry;
    const facts: CandidateFacts = {
      name: entry.name,
      status: 'ok',
      candidate: candidate.name,
      point: entry.point.values,
      about: candidate.about,
      ...(candidate.twinOf === undefined ? {} : { twinOf: candidate.twinOf, differs: candidate.differs }),
      ...(candidate.turnarounds === undefined ? {} : { expectedTurnarounds: candidate.turnarounds }),
      language: candidate.language,
      settings: entry.settings as Record<string, number>,
      versions: readLockedVersions(candidate.folder, candidate.versions),
      ...(await describeProvenance(context.host, candidate.folder)),
    };
    try {
      const prepared = await prepareCandidate(context, candidate);
      runners.push({
        entry,
        plan: { ...plan, ...entry.conditions },
        prepared,
        facts: { ...facts, sourceDigest: prepared.digest },
      });
    } catch (error) {
      context.signal.throwIfAborted();
      leaveOut(begun, facts, 'skipped', messageOf(error));
    }
  }
  return runners;
};
