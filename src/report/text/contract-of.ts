import type { CandidateResult } from '../../result/index.ts';

/** `ok (44 + 150)`: answers checked before the race, and under load. */
export const describeContract = ({ contract, rounds, status }: CandidateResult): string => {
  if (contract === undefined) return 'not checked';
  // It was raced all the same.
  if (!contract.ok && status === 'ok') return 'differs';
  const underLoad = rounds.reduce((sum, round) => sum + (round.checked ?? 0), 0);
  const broken = contract.ok ? rounds.some((round) => (round.wrong ?? 0) > 0) : true;
  return broken ? 'broken' : `ok (${contract.checked} + ${underLoad})`;
};
