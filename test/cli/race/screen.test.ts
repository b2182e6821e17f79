import { stripVTControlCharacters } from 'node:util';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { drawRace } from '../../../src/cli/race/screen.ts';
import {
  afterMessage,
  emptyLiveState,
  type LiveHead,
  type LiveMessage,
  type LiveState,
} from '../../../src/report/index.ts';

const head: LiveHead = {
  name: 'seed',
  about: 'Which is fastest?',
  conditions: '50 connections · 4 blocks of 5 s · 3 candidates',
  candidates: ['starlette-asyncpg', 'axum-bb8', 'django-psycopg'],
  blocks: 4,
};

const started = (candidate: string, block: number, played: number, blocks = 4): LiveMessage => ({
  kind: 'round-started',
  candidate,
  block,
  blocks,
  played,
  rounds: 3 * blocks,
  secondsLeft: 70,
});

const ended = (candidate: string, block: number, rate: number, more: Partial<LiveMessage> = {}): LiveMessage =>
  ({
    kind: 'round-ended',
    candidate,
    block,
    outcome: 'measured',
    requestsPerSecond: rate,
    remarks: [],
    ...more,
  }) as LiveMessage;

const stateAfter = (...messages: readonly LiveMessage[]): LiveState =>
  messages.reduce(afterMessage, emptyLiveState(head.blocks));

const halfway = stateAfter(
  { kind: 'left-out', candidate: 'django-psycopg', reason: 'needs python3' },
  started('axum-bb8', 1, 0),
  ended('axum-bb8', 1, 267),
  started('starlette-asyncpg', 1, 1),
  ended('starlette-asyncpg', 1, 495, { remarks: ['others used half of the machine'] }),
  started('starlette-asyncpg', 2, 2),
  ended('starlette-asyncpg', 2, 0, { outcome: 'refused', remarks: ['a request failed'] }),
  started('axum-bb8', 2, 3),
  { kind: 'tick', candidate: 'axum-bb8', elapsedMs: 1_000, requestsPerSecond: 130, p99Ms: 200 },
  { kind: 'tick', candidate: 'axum-bb8', elapsedMs: 2_000, requestsPerSecond: 260, p99Ms: 190 },
);

const plain = (state: LiveState, columns: number): string =>
  drawRace(head, state, { columns, hasColors: false }).join('\n');

describe('a race on a terminal', () => {
  test('is a grid of rounds, the one that is on, and the time that is left', () => {
    expect(plain(halfway, 100)).toMatchInlineSnapshot(`
      "seed · 50 connections · 4 blocks of 5 s · 3 candidates
                  block      1     2     3     4
      starlette-asyncpg   ◆495     ✗     ·     ·
      axum-bb8             267     ▶     ·     ·
      django-psycopg     ✗ out: needs python3
      in requests/s  ◆ warned of  ✗ refused or failed  ▶ running  · planned
      ▶ axum-bb8, block 2: 260 requests/s, p99 190 ms, 2 s  ▅█
      [########......................] 3 of 12 rounds, about 68 s left"
    `);
  });

  test('has signs in place of rates where it is narrow', () => {
    expect(plain(halfway, 40)).toMatchInlineSnapshot(`
      "seed · 50 connections · 4 blocks of 5 s…
                  block  1 2 3 4
      starlette-asyncpg  ◆ ✗ · ·
      axum-bb8           ■ ▶ · ·
      django-psycopg     ✗ out: needs python3
      ■ done  ◆ warned of  ✗ refused or faile…
      ▶ axum-bb8, block 2:
        260 requests/s, p99 190 ms, 2 s
      3 of 12 rounds, about 68 s left"
    `);
  });

  test('shows the latest blocks where not all of them fit', () => {
    const text = plain(stateAfter(started('axum-bb8', 27, 78, 30)), 40);
    expect(text).toMatch(/block .* 26 27\n/);
    expect(text).not.toMatch(/block .* 1 /);
  });

  test('says the same with colours as without', () => {
    const colored = drawRace(head, halfway, { columns: 100, hasColors: true }).join('\n');
    expect(colored).not.toBe(plain(halfway, 100));
    expect(stripVTControlCharacters(colored)).toBe(plain(halfway, 100));
  });

  test('shows a candidate by any name, also one that every object has', () => {
    const lines = drawRace(head, stateAfter(started('constructor', 1, 0, 4)), { columns: 60, hasColors: false });
    expect(lines.join('\n')).toContain('constructor');
  });

  test('is never wider than the screen', () => {
    const message = fc.oneof(
      fc
        .record({ candidate: fc.string(), block: fc.integer({ min: 1, max: 40 }) })
        .map(({ candidate, block }) => started(candidate, block, 0, 40)),
      fc
        .record({
          candidate: fc.string(),
          block: fc.integer({ min: 1, max: 40 }),
          rate: fc.double({ min: 0, max: 1e7, noNaN: true }),
        })
        .map(({ candidate, block, rate }) => ended(candidate, block, rate)),
      fc.string().map((reason): LiveMessage => ({ kind: 'left-out', candidate: 'axum-bb8', reason })),
      fc.string().map((text): LiveMessage => ({ kind: 'note', text })),
    );
    fc.assert(
      fc.property(fc.array(message, { maxLength: 20 }), fc.integer({ min: 20, max: 200 }), (messages, columns) => {
        for (const line of drawRace(head, stateAfter(...messages), { columns, hasColors: false })) {
          expect(line.length).toBeLessThanOrEqual(columns);
        }
      }),
    );
  });
});

describe('when a verdict is to be expected', () => {
  const withVerdict = (blocks: number): string => {
    const begun = { ...started('axum-bb8', 2, 3), verdict: { blocks, secondsLeft: 40 } } as LiveMessage;
    return plain(stateAfter(begun), 120);
  };

  test('is told in time where the race has so many blocks, and in blocks where it has fewer', () => {
    expect(withVerdict(3)).toContain('about 70 s left, a verdict in about 40 s');
    expect(withVerdict(19)).toContain('about 70 s left, a verdict would take about 19 blocks');
  });

  test('is told no more where it is there', () => {
    const begun = { ...started('axum-bb8', 2, 3), verdict: { blocks: 4, secondsLeft: 40 } } as LiveMessage;
    expect(plain(stateAfter(begun, started('axum-bb8', 3, 4)), 120)).not.toContain('verdict');
  });
});
