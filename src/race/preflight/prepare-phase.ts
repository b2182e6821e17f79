import { describeThrown, present } from '../../base/index.ts';
import { prepareCandidate, readLockedVersions, type StageTools } from '../../components/index.ts';
import { driverPackages } from '../../drivers/index.ts';
import { type Conditions, expectedRoundTrips, type PlanEntry } from '../../plan/index.ts';
import type { CandidateFacts } from '../../result/index.ts';
import { type Begun, leaveOut, type Runner } from '../running.ts';
import { conditionFacts } from './plan-facts.ts';
import { describeProvenance } from './provenance.ts';

/** Builds the candidates of these entries; what cannot be built is skipped with the reason. */
export const prepareAll = async (begun: Begun, entries: readonly PlanEntry[]): Promise<readonly Runner[]> => {
  const { plan, context, tools } = begun;
  const runners: Runner[] = [];
  for (const entry of entries) {
    const { candidate } = entry;
    const conditions = conditionsAsUsed(entry.conditions, tools);
    const isPooled = conditions.pooler !== undefined;
    const facts: CandidateFacts = {
      name: entry.name,
      status: 'ok',
      candidate: candidate.name,
      point: entry.point.values,
      about: candidate.about,
      ...(candidate.variantOf === undefined ? {} : { variantOf: candidate.variantOf, differs: candidate.differs }),
      ...present('expectedRoundTrips', expectedRoundTrips(candidate, { isPooled })),
      language: candidate.language,
      settings: entry.settings as Record<string, number>,
      conditions: conditionFacts(conditions),
      versions: readLockedVersions(candidate.folder, [...candidate.versions, ...driverPackages(candidate.language)]),
      ...(await describeProvenance(context.host, candidate.folder)),
    };
    try {
      const prepared = await prepareCandidate(context, candidate);
      runners.push({
        entry,
        plan: { ...plan, ...conditions },
        context: { ...context, placements: conditions.placements },
        prepared,
        facts: { ...facts, sourceDigest: prepared.digest },
      });
    } catch (error) {
      context.signal.throwIfAborted();
      leaveOut(begun, facts, 'skipped', describeThrown(error));
    }
  }
  return runners;
};

/** What is not installed is not there, whatever the plan says. */
const conditionsAsUsed = (conditions: Conditions, { haproxy, pgbouncer }: StageTools): Conditions => ({
  ...conditions,
  proxy: haproxy === undefined ? undefined : conditions.proxy,
  pooler: pgbouncer === undefined ? undefined : conditions.pooler,
});
