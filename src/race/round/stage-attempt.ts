import { startRoundStage } from '../../components/index.ts';
import { makeFileName, type Runner, type Running } from '../running.ts';
import type { Contender } from './contest.ts';
import { createLinks } from './links.ts';
import { buildLoadJob } from './load-job.ts';
import { playRound } from './round.ts';

/** A candidate that pitwall built: each of its rounds has a stage of its own. */
export const stageContender = (runner: Runner, running: Running): Contender => {
  const { plan, context, facts } = runner;
  return {
    facts,
    terms: {
      warmupMs: plan.warmupMs,
      links: plan.links,
      checkAnswer: (index, answer) => running.contract.checkAnswer(index, answer),
    },
    async play({ block, attempt }) {
      const label = `${makeFileName(facts.name)}-block-${block}${attempt === 1 ? '' : `-attempt-${attempt}`}`;
      const links = createLinks(context, plan, plan.tap === 'rounds' ? 'passthrough' : 'none');
      await using stage = await startRoundStage(context, { ...running, ...runner, label, openLink: links.open });
      const job = buildLoadJob(plan, stage);
      const evidence = await playRound(context, stage, links, {
        plan,
        job,
        label,
        onTick: ({ elapsedMs, requestsPerSecond, p99Ms }) =>
          running.onEvent({ kind: 'tick', candidate: facts.name, elapsedMs, requestsPerSecond, p99Ms }),
      });
      return { evidence, job };
    },
  };
};
