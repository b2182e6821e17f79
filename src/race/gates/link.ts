import type { Gate } from '../../result/index.ts';
import type { RoundFacts } from './round-facts.ts';

const limits = { ms: 0.3, share: 0.1 } as const;

/** An emulated link that did not do what it was asked to: the race was on another network than the plan's. */
export const linkGates = ({ links }: RoundFacts): readonly Gate[] =>
  links.flatMap(({ place, asked, achieved }): readonly Gate[] => {
    // A rate adds the time that bytes take; jitter has no one delay to hold it against.
    if (achieved === undefined || asked.bytesPerSecond !== undefined || asked.jitterMs !== undefined) return [];
    const value = Math.abs(achieved.p50Ms - asked.rttMs);
    const limit = Math.max(limits.ms, limits.share * asked.rttMs);
    const ok = value <= limit;
    const reason = `the link ${place} was asked for ${asked.rttMs} ms and took ${achieved.p50Ms.toFixed(2)} ms (p50), ${achieved.p99Ms.toFixed(2)} ms (p99)`;
    return [{ name: 'link', ok, effect: 'withholds', value, limit, ...(ok ? {} : { reason }) }];
  });
