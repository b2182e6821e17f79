import { describe, expect, test } from 'vitest';
import { formatRaceDetails, formatRaceText, raceView } from '../../../src/report/index.ts';
import { assembleResult, type JournalRecord, type RaceResult } from '../../../src/result/index.ts';
import { candidateRecord, raceRecord, roundRecord } from '../../support/records.ts';
import { hostileTold, seedTold, toldRace } from '../../support/told-race.ts';

const raceOf = (...records: readonly JournalRecord[]): RaceResult => assembleResult([raceRecord(), ...records]);
const endOf = (...records: readonly JournalRecord[]): string => formatRaceText(raceView(raceOf(...records)));

const twoMeasured = [
  candidateRecord('axum'),
  candidateRecord('starlette'),
  ...[260, 267, 274].map((rate, index) => roundRecord('axum', index + 1, rate)),
  ...[490, 495, 500].map((rate, index) => roundRecord('starlette', index + 1, rate)),
];

describe('the end of a race', () => {
  test('shows the columns of the original post, fastest first, under the verdict', () => {
    expect(endOf(...twoMeasured)).toMatchInlineSnapshot(`
      "starlette serves 1.85x axum [1.78, 1.93].

      candidate  requests/s [95 %]    p50     p99  peak CPU  peak memory  CPU ms/request  round trips  contract
      starlette     495 [483, 508]  99 ms  150 ms      30 %       11 MiB           0.404            -  ok (44 + 15)
      axum          267 [250, 285]  99 ms  150 ms      30 %       11 MiB           0.749            -  ok (44 + 15)
      items · 50 connections · 3 blocks of 5 s · 2 cores
      "
    `);
  });

  test('leaves what it was measured under, on and with to the details', () => {
    expect(formatRaceDetails(raceOf(...twoMeasured))).toMatchInlineSnapshot(`
      "the race
        items x 5: 50 connections, 3 blocks of 5 s, proxy maxconn 25, pooler 25 connections.
        A CPU, 2 cores, Linux 6.0, node v20.20.2, haproxy 2.6.
        starlette / axum: 1.85 [1.78, 1.93]: faster (3 blocks; differences from 5.45 % on would show).
      "
    `);
  });

  test('has its parts in order: verdict, table, limits, warnings, report, what shows the rest', () => {
    const race = toldRace(seedTold, { durationMs: 5_000 });
    const missing = [{ tool: 'haproxy', install: 'apt-get install haproxy' }];
    const closing = [
      { label: 'Report', text: 'results/x/report.html' },
      { label: 'More', text: 'npx pitwall explain latest' },
    ];
    const text = formatRaceText(raceView({ ...race, missing }), { closing });
    const marks = [
      /^starlette-asyncpg serves .* because axum-bb8 makes 20 database round trips per request, not 10\.$/m,
      /^candidate +requests\/s/m,
      /^what limits each, and what to try first$/m,
      /^Warning: raced without haproxy, which is not installed: apt-get install haproxy$/m,
      /^Report: +results\/x\/report\.html$/m,
      /^More: +npx pitwall explain latest$/m,
    ];
    const places = marks.map((mark) => text.search(mark));
    expect(places).not.toContain(-1);
    expect([...places].sort((a, b) => a - b)).toEqual(places);
  });

  test.each([80, 100, 120])('fits a terminal of %i columns, with and without colours', (columns) => {
    const view = raceView(toldRace(seedTold, { durationMs: 5_000 }));
    const plain = formatRaceText(view, { columns });
    for (const line of plain.split('\n')) expect(line.length).toBeLessThanOrEqual(columns);
    const coloured = formatRaceText(view, { columns, hasColors: true });
    expect(coloured).not.toBe(plain);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are what is taken away here
    expect(coloured.replaceAll(/\x1b\[\d+m/g, '')).toBe(plain);
  });

  test('leaves columns of the table out where the terminal is too narrow, the verdict’s own last', () => {
    const view = raceView(toldRace(seedTold, { durationMs: 5_000 }));
    const head = (columns: number) => /^candidate .*$/m.exec(formatRaceText(view, { columns }))![0];
    expect(head(80)).toMatch(/requests\/s \[95 %\] +p99 +CPU ms\/request +round trips$/);
    expect(head(120)).toContain('peak memory');
    expect(head(200)).toMatch(/peak CPU.*contract$/);
  });

  test('keeps a broken contract in sight, however narrow the terminal is', () => {
    const round = roundRecord('axum', 1, 267);
    const wrong = { ...round, round: { ...round.round, wrong: 1 } };
    const view = raceView(raceOf(candidateRecord('axum'), wrong));
    expect(formatRaceText(view, { columns: 80 })).toContain('broken');
  });

  test('never shows a number for a candidate that is out, but why', () => {
    const text = endOf(
      { ...candidateRecord('axum'), status: 'failed', reason: 'it died' },
      roundRecord('axum', 1, 267),
      { ...candidateRecord('django'), status: 'skipped', reason: 'needs python3' },
    );
    expect(text).not.toContain('267');
    expect(text).toContain('axum failed: it died');
    expect(text).toContain('django skipped: needs python3');
  });

  test('warns of a check that is closed in one line: what was found, then where', () => {
    const closed = (block: number, value: number) => {
      const round = roundRecord('axum', block, 267);
      const gates = [
        {
          name: 'client-cpu',
          ok: false,
          effect: 'withholds' as const,
          value,
          limit: 0.8,
          reason: `the load generator was the bottleneck (${value})`,
        },
      ];
      return { ...round, round: { ...round.round, gates } };
    };
    const one = endOf(
      candidateRecord('axum'),
      roundRecord('axum', 1, 266),
      closed(2, 0.95),
      roundRecord('axum', 3, 268),
    );
    expect(one).toContain('Warning: the load generator was the bottleneck (0.95) (client-cpu: axum block 2)');
    // In most rounds the race as a whole is warned of it as well: still one line.
    const most = endOf(candidateRecord('axum'), roundRecord('axum', 1, 266), closed(2, 0.95), closed(3, 0.99));
    expect(most.match(/Warning/g)).toHaveLength(1);
    expect(most).toContain('(0.99) (client-cpu: 2 of 3 rounds, worst axum block 3)');
  });

  test('shows markup and terminal escapes from outside as text', () => {
    const text = endOf({
      ...candidateRecord('axum'),
      status: 'failed',
      reason: '\u001b[31mred\u0007 <b>bold</b>\u001b]0;title\u0007',
    });
    expect(text).toContain('axum failed: red <b>bold</b>');
    const hostile = raceView(toldRace(hostileTold, { durationMs: 5_000, blocks: 3 }));
    for (const shown of [text, formatRaceText(hostile, { columns: 80 }), formatRaceDetails(hostile.race)]) {
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
      expect(shown).not.toMatch(/[\x00-\x09\x0b-\x1f]/);
    }
  });
});
