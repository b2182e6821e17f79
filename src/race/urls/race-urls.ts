import { resolve } from 'node:path';
import { createScope } from '../../base/index.ts';
import { everywhere } from '../../components/index.ts';
import { startLocalHost } from '../../hosts/index.ts';
import type { UrlPlan } from '../../plan/index.ts';
import type { CandidateFacts, Journal } from '../../result/index.ts';
import { type AnswerPair, compareAnswers } from '../contract/compare-answers.ts';
import { describeMismatch } from '../contract/probes.ts';
import { openRace } from '../journal/open-race.ts';
import { type FinishedRace, playToEnd } from '../journal/play-to-end.ts';
import { describeEnvironment } from '../preflight/environment.ts';
import type { RaceOptions } from '../race.ts';
import { playRounds } from '../round/play-phase.ts';
import { askUrls } from './ask-urls.ts';
import { findServer, type ServerPlace } from './find-server.ts';
import { urlContender } from './url-contender.ts';
import { urlFacts, urlPlanFacts } from './url-facts.ts';

export type UrlRaceOptions = Pick<
  RaceOptions,
  'resultsFolder' | 'overrides' | 'resume' | 'prolongTo' | 'clock' | 'signal' | 'onEvent'
>;

/**
 * Races servers that run already: pitwall loads them in turn, and builds and starts nothing but its load generator.
 * @throws PitwallError `race.url-failed` before anything is loaded, where one does not answer as it should.
 */
export const runUrlRace = async (plan: UrlPlan, options: UrlRaceOptions): Promise<FinishedRace> => {
  const { clock, signal, onEvent } = options;
  onEvent({ kind: 'progress', text: `asking ${plan.targets.length} servers for an answer` });
  const answers = await askUrls(plan, signal);
  await using scope = createScope();
  const host = scope.use(await startLocalHost());
  const machine = await describeEnvironment(host, { haproxy: undefined, pgbouncer: undefined });
  const identity = {
    plan: urlPlanFacts(plan),
    // Versions are those of parts that pitwall starts.
    environment: { ...machine, versions: {} },
    missing: [],
    overrides: options.overrides,
  };
  using race = openRace(identity, new Map(plan.targets.map(({ name }) => [name, () => ''])), options);
  const { journal } = race;
  return await playToEnd(journal, options, async () => {
    const places = new Map<string, ServerPlace>();
    for (const target of plan.targets) places.set(target.name, await findServer(target));
    const context = {
      hosts: everywhere(host),
      placements: {},
      clock,
      logFolder: resolve(journal.folder, 'logs'),
      signal,
    };
    const othersUnknown = findUnknown([...places.values()]);
    const contenders = plan.targets
      .map((target) => ({ target, facts: findFacts(plan, target, { places, answers, journal, onEvent }) }))
      .filter(({ facts }) => facts.status === 'ok')
      .map(({ target, facts }) => urlContender({ plan, target, facts, context, othersUnknown, onEvent }));
    await playRounds(contenders, {
      plan,
      names: plan.targets.map(({ name }) => name),
      clock,
      signal,
      journal,
      onEvent,
      throwIfHopeless: async () => signal.throwIfAborted(),
    });
  });
};

interface Known {
  readonly places: ReadonlyMap<string, ServerPlace>;
  readonly answers: ReadonlyMap<string, AnswerPair>;
  readonly journal: Journal;
  readonly onEvent: UrlRaceOptions['onEvent'];
}

/** What the journal says of a server already, or what its answers say beside those of the first. */
const findFacts = (
  plan: UrlPlan,
  target: UrlPlan['targets'][number],
  { places, answers, journal, onEvent }: Known,
): CandidateFacts => {
  const before = journal.records.findLast((record) => record.type === 'candidate' && record.name === target.name);
  if (before?.type === 'candidate') {
    const { type: _, ...facts } = before;
    return facts;
  }
  const reference = plan.targets[0];
  const mismatches = compareAnswers(answers.get(reference.name)!, answers.get(target.name)!).map((mismatch) => ({
    probe: `the answers of ${reference.name}`,
    ...mismatch,
  }));
  const [first] = mismatches;
  const contract = { ok: first === undefined, checked: 2, mismatches };
  const facts = urlFacts(plan, target, places.get(target.name)!, contract);
  journal.append({ type: 'candidate', ...facts });
  if (first !== undefined) {
    onEvent({ kind: 'warning', text: `${target.name} does not give ${describeMismatch(first)}.` });
  }
  return facts;
};

/** Where a server is on this machine, so may be its database and whatever else works for it. */
const findUnknown = (places: readonly ServerPlace[]): string | undefined =>
  places.every(({ kind }) => kind === 'remote')
    ? undefined
    : 'other processes: what works for the servers, such as their database, cannot be told from what is no part of the race';
