import { formatDurationMs, type Plan, type UrlPlan } from '../../plan/index.ts';
import type { RaceEvent } from '../../race/index.ts';
import { type LiveHead, type LiveMessage, plainText } from '../../report/index.ts';

/** What the page is told before anything happens. */
export const buildLiveHead = (plan: Plan | UrlPlan): LiveHead => {
  const names = ('targets' in plan ? plan.targets : plan.entries).map(({ name }) => name);
  const what = `${names.length} ${'targets' in plan ? 'running servers' : 'candidates'}`;
  return {
    name: plan.name,
    about: ('about' in plan ? plan.about : undefined) ?? `A race of ${what}`,
    conditions: [`${plan.connections} connections`, describeLength(plan), what].join(' · '),
    candidates: names.map((name) => plainText(name)),
    blocks: plan.blocks,
  };
};

const describeLength = ({ blocks, durationMs, untilDecidedMs }: Plan | UrlPlan): string => {
  const each = `of ${durationMs / 1_000} s`;
  return untilDecidedMs === undefined
    ? `${blocks} blocks ${each}`
    : `blocks ${each} until decided, ${formatDurationMs(untilDecidedMs)} at most`;
};

/** What the live page is told of an event; nothing of some. */
export const buildLiveMessage = (event: RaceEvent): LiveMessage | undefined => {
  switch (event.kind) {
    case 'progress':
      return { kind: 'note', text: plainText(event.text) };
    case 'warning':
      return { kind: 'warning', text: plainText(event.text) };
    case 'left-out':
      return { kind: 'left-out', candidate: plainText(event.candidate), reason: plainText(event.reason) };
    case 'contract-held':
      return { kind: 'note', text: plainText(`${event.candidate} keeps the contract (${event.checked} answers)`) };
    case 'round-started':
      return { ...event, candidate: plainText(event.candidate) };
    case 'tick': {
      const { p99Ms, ...rest } = event;
      return { ...rest, candidate: plainText(event.candidate), ...(p99Ms === undefined ? {} : { p99Ms }) };
    }
    case 'round-kept':
    case 'round-ended': {
      const { candidate, round } = event;
      const closed = (round.gates ?? []).filter(({ ok }) => !ok).map(({ name, reason }) => reason ?? name);
      return {
        kind: 'round-ended',
        candidate: plainText(candidate),
        block: round.block,
        outcome: round.outcome,
        ...(round.requestsPerSecond === undefined ? {} : { requestsPerSecond: round.requestsPerSecond }),
        ...(round.latencyMs === undefined ? {} : { p99Ms: round.latencyMs.p99 }),
        remarks: [...new Set([...(round.reason === undefined ? [] : [round.reason]), ...closed])].map(plainText),
      };
    }
    default:
      return event satisfies never;
  }
};
