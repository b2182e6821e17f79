import { describe, expect, test } from 'vitest';
import { formatRaceTable } from '../../src/report/index.ts';
import { assembleResult, type JournalRecord } from '../../src/result/index.ts';
import { candidateRecord, raceRecord, roundRecord } from '../support/records.ts';

const tableOf = (...records: readonly JournalRecord[]): string =>
  formatRaceTable(assembleResult([raceRecord(), ...records]));

describe('the table', () => {
  test('shows the seed’s columns, fastest first, with what they were measured under', () => {
    const text = tableOf(
      candidateRecord('axum'),
      candidateRecord('starlette'),
      ...[260, 267, 274].map((rate, index) => roundRecord('axum', index + 1, rate)),
      ...[490, 495, 500].map((rate, index) => roundRecord('starlette', index + 1, rate)),
    );
    expect(text).toMatchInlineSnapshot(`
      "candidate  requests/s [95 %]    p50     p99  peak CPU  peak memory  CPU ms/request  round trips  contract
      starlette     495 [483, 508]  99 ms  150 ms      30 %       11 MiB           0.404            -  ok (44 + 15)
      axum          267 [250, 285]  99 ms  150 ms      30 %       11 MiB           0.749            -  ok (44 + 15)

      items x 5: 50 connections, 3 blocks of 5 s, proxy maxconn 25, pooler 25 connections.
      A CPU, 2 cores, Linux 6.0, node v20.20.2, haproxy 2.6.
      starlette / axum: 1.85 [1.78, 1.93]: faster (3 blocks; differences from 5.12 % on would show).
      "
    `);
  });

  test('never shows a number for a candidate that is out, but why', () => {
    const text = tableOf(
      { ...candidateRecord('axum'), status: 'failed', reason: 'it died' },
      roundRecord('axum', 1, 267),
      { ...candidateRecord('django'), status: 'skipped', reason: 'needs python3' },
    );
    expect(text).not.toContain('267');
    expect(text).toContain('axum failed: it died');
    expect(text).toContain('django skipped: needs python3');
  });

  test('marks a gate that is closed with the rounds that it takes away from', () => {
    const round = roundRecord('axum', 2, 267);
    const gates = [
      {
        name: 'client-cpu',
        ok: false,
        effect: 'withholds' as const,
        value: 0.95,
        limit: 0.8,
        reason: 'the load generator was the bottleneck',
      },
    ];
    const marked = { ...round, round: { ...round.round, gates } };
    const text = tableOf(candidateRecord('axum'), roundRecord('axum', 1, 266), marked, roundRecord('axum', 3, 268));
    expect(text).toContain('Warning (axum block 2): client-cpu: the load generator was the bottleneck');
    // In most rounds it is a caution of the whole race, above the table.
    expect(tableOf(candidateRecord('axum'), marked)).not.toContain('Warning');
  });

  test('shows markup and terminal escapes from outside as text', () => {
    const text = tableOf({
      ...candidateRecord('axum'),
      status: 'failed',
      reason: '\u001b[31mred\u0007 <b>bold</b>\u001b]0;title\u0007',
    });
    expect(text).toContain('axum failed: red <b>bold</b>');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
    expect(text).not.toMatch(/[\x00-\x09\x0b-\x1f]/);
  });
});
