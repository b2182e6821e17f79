import type { UrlPlan, UrlTarget } from '../../plan/index.ts';
import type { CandidateFacts } from '../../result/index.ts';
import type { RaceEvent } from '../events.ts';
import type { Contender } from '../round/contest.ts';
import type { LoadContext } from '../round/load-process.ts';
import { playRound } from '../round/round.ts';
import { makeFileName } from '../running.ts';
import { findServer } from './find-server.ts';
import { buildUrlJob } from './url-job.ts';

/** Nothing is around such a server that pitwall could ask; the machine that loads is its own. */
const instruments = { proxy: false, pooler: false, database: false, server: false, machine: true } as const;

export interface UrlContenderOptions {
  readonly plan: UrlPlan;
  readonly target: UrlTarget;
  readonly facts: CandidateFacts;
  readonly context: LoadContext;
  /** Why what the race used of this machine is not all known. */
  readonly othersUnknown: string | undefined;
  onEvent(event: RaceEvent): void;
}

/** A server that runs already: its rounds are load alone. */
export const urlContender = ({
  plan,
  target,
  facts,
  context,
  othersUnknown,
  onEvent,
}: UrlContenderOptions): Contender => ({
  facts,
  // Its answers were compared before the race; under load, statuses are counted.
  terms: { warmupMs: plan.warmupMs, links: {}, checkAnswer: () => undefined },
  async play({ block, attempt }) {
    const label = `${makeFileName(target.name)}-block-${block}${attempt === 1 ? '' : `-attempt-${attempt}`}`;
    const job = buildUrlJob(plan, target);
    // Anew for each round: somebody may have started it again.
    const place = await findServer(target);
    const stage = {
      components:
        place.kind === 'process' ? [{ name: 'candidate', process: { pid: place.pid, states: async () => [] } }] : [],
      consoles: {},
      // Whoever started it notices when it ends; here its requests fail, which a gate refuses.
      died: new Promise<never>(() => {}),
    };
    const evidence = await playRound(
      context,
      stage,
      { opened: new Map() },
      {
        plan: { ...plan, instruments },
        job,
        label,
        ...(othersUnknown === undefined ? {} : { othersUnknown }),
        onTick: ({ elapsedMs, requestsPerSecond, p99Ms }) =>
          onEvent({ kind: 'tick', candidate: target.name, elapsedMs, requestsPerSecond, p99Ms }),
      },
    );
    return { evidence, job };
  },
});
