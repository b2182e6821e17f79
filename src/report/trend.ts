import type { CandidateResult, RaceResult } from '../result/index.ts';

/** What one race measured of a candidate. */
export interface TrendPoint {
  readonly id: string;
  readonly startedAt: string;
  /** Name of the plan. */
  readonly plan: string;
  readonly summary: NonNullable<CandidateResult['summary']>;
}

/** One candidate over the races that measured it, in their order. */
export const traceTrend = (races: readonly RaceResult[], name: string): readonly TrendPoint[] =>
  races.flatMap(({ id, startedAt, plan, candidates }) => {
    const summary = candidates.find((candidate) => candidate.name === name && candidate.status === 'ok')?.summary;
    return summary === undefined ? [] : [{ id, startedAt, plan: plan.name, summary }];
  });
