import { describe, expect, test } from 'vitest';
import { findFirstStep } from '../../../src/explain/advice/first-step.ts';
import {
  type CandidateAdvice,
  type CheckedWhatIf,
  exactly,
  explain,
  type LedgerAdvice,
  type LedgerFinding,
  splitCpu,
  type WhatIf,
  type WhatIfChange,
} from '../../../src/explain/index.ts';
import { axum } from '../seed.ts';

const roundTrips = 20;
const explanation = explain(axum, { requestsPerSecond: exactly(267) });
const unexplained = explain(axum, { requestsPerSecond: exactly(100) });

const gives = (value: number): CheckedWhatIf => ({
  kind: 'predicted',
  whatIf: { gain: exactly(value) } as WhatIf,
  error: { checks: 1, median: 0, worst: 0 },
});
const withheld: CheckedWhatIf = { kind: 'withheld', reason: 'beyond what was checked' };

const habit = (finding: LedgerFinding, roundTripsSaved: number): LedgerAdvice => ({
  finding,
  evidence: '',
  action: '',
  roundTripsSaved,
});
const change = (what: string, to: WhatIfChange, gain: number): CandidateAdvice['changes'][number] => ({
  what,
  change: to,
  answer: gives(gain),
  stops: { change: to, requestsPerSecond: 0, bottleneck: [] },
  isStopChecked: true,
});

describe('what to try first', () => {
  test('a costly habit comes before a larger pool and before sending statements together', () => {
    const ledger = [habit('serial-statements', 12), habit('repeated-prepares', 9), habit('empty-query', 1)];
    const changes = [change('a larger pool', { pool: 40 }, 1.9)];
    const step = findFirstStep({ demands: axum, explanation }, { changes, ledger, roundTrips }, () => gives(1.6));
    expect(step).toMatchObject({ kind: 'habit', habit: { finding: 'repeated-prepares' }, gain: 1.6 });
  });

  test('of the others whatever gives most comes first', () => {
    const ledger = [habit('reset-query', 1)];
    const changes = [change('a larger pool', { pool: 40 }, 1.4)];
    const ask = () => gives(1.1);
    expect(findFirstStep({ demands: axum, explanation }, { changes, ledger, roundTrips }, ask)).toMatchObject({
      kind: 'change',
      change: { pool: 40 },
    });
    const better = findFirstStep({ demands: axum, explanation }, { changes, ledger, roundTrips }, () => gives(1.5));
    expect(better).toMatchObject({ kind: 'habit', gain: 1.5 });
  });

  test('beyond what was checked, half of the round trips gives the least that may be said', () => {
    const asked: WhatIfChange[] = [];
    const ask = (to: WhatIfChange): CheckedWhatIf => {
      asked.push(to);
      return to.roundTrips === 10 ? gives(1.8) : withheld;
    };
    const step = findFirstStep(
      { demands: axum, explanation },
      { changes: [], ledger: [habit('n-plus-one', 18)], roundTrips },
      ask,
    );
    expect(step).toMatchObject({ kind: 'habit', gain: 1.8, isLeast: true });
    expect(asked).toEqual([{ roundTrips: 2 }, { roundTrips: 10 }]);
  });

  test('a rate that the model does not give predicts nothing: the habit that costs most, without a gain', () => {
    const ledger = [habit('serial-statements', 7), habit('empty-query', 1)];
    const ask = () => gives(2);
    const step = findFirstStep({ demands: axum, explanation: unexplained }, { changes: [], ledger, roundTrips }, ask);
    expect(step).toEqual({ kind: 'habit', habit: ledger[0], roundTrips });
  });

  test('more client connections are load, and more cores of a machine that all share are no advice', () => {
    const shared = {
      ...axum,
      cpuMs: { server: exactly(1), database: exactly(8) },
      hosts: [{ name: 'machine', cores: 1, components: ['server', 'database'] as const }],
    };
    const full = explain(shared, { requestsPerSecond: exactly(111) });
    const changes = [
      change('more client connections', { connections: 100 }, 2),
      change('more cores', { cores: 2 }, 1.8),
    ];
    expect(full.prediction.uses[0]!.resource).toBe('machine CPU');
    expect(
      findFirstStep({ demands: shared, explanation: full }, { changes, ledger: [], roundTrips }, () => gives(2)),
    ).toEqual({
      kind: 'cpu',
      component: 'database',
      cpuMs: 8,
      allMs: 9,
    });
  });

  test('more cores of a machine that is the server’s own can be had', () => {
    const changes = [change('more cores', { cores: 4 }, 1.8)];
    const step = findFirstStep({ demands: axum, explanation }, { changes, ledger: [], roundTrips }, () => gives(1));
    expect(step).toMatchObject({ kind: 'change', change: { cores: 4 } });
  });

  test('nothing is said to help that gives less than 5 %', () => {
    const changes = [change('a larger pool', { pool: 40 }, 1.03)];
    const ledger = [habit('repeated-prepares', 1)];
    expect(findFirstStep({ demands: axum, explanation }, { changes, ledger, roundTrips }, () => gives(1.01))).toEqual({
      kind: 'none',
    });
  });
});

test('the CPU of a resource is that of all components that share it, the most first', () => {
  const demands = {
    ...axum,
    cpuMs: { server: exactly(1), database: exactly(3), proxy: exactly(2) },
    hosts: [
      { name: 'machine', cores: 2, components: ['server', 'database'] as const },
      { name: 'other', cores: 2, components: ['proxy'] as const },
    ],
  };
  expect(splitCpu(demands, 'machine CPU')).toEqual([
    { component: 'database', cpuMs: 3 },
    { component: 'server', cpuMs: 1 },
  ]);
  expect(splitCpu(demands, 'proxy CPU')).toEqual([{ component: 'proxy', cpuMs: 2 }]);
});
