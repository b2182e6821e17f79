import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AnswerHeadReader } from '../../../src/load/http2/answer-head.ts';
import { encodeRequest } from '../../../src/load/http2/request-block.ts';
import { type Exchange, Http2Session } from '../../../src/load/http2/session.ts';
import {
  answerHead,
  flags,
  frame,
  goaway,
  literal,
  reset,
  settings,
  status200,
  types,
} from '../servers/http2/frames.ts';

const request = encodeRequest({ method: 'GET', path: '/', headers: {} }, 'http', 'test');

/** A session with three requests on their way, and what it is told of them. */
const startSession = (): { session: Http2Session; journal: string[] } => {
  const journal: string[] = [];
  const session = new Http2Session(
    {
      queuedBytes: 0,
      write: () => {},
      changed: () => {},
      refused: (exchanges) => journal.push(...exchanges.map(({ streamId }) => `${streamId} refused`)),
      finished: () => journal.push('finished'),
    },
    new AnswerHeadReader(),
  );
  session.begin();
  session.read(settings(), 0, settings().length);
  for (let index = 0; index < 3; index++) session.start(exchangeOf(journal), request);
  return { session, journal };
};

const exchangeOf = (journal: string[]): Exchange => {
  let body = '';
  const exchange: Exchange = {
    streamId: 0,
    request,
    wantsHeaders: true,
    sendWindow: 0,
    sentBytes: 0,
    unacknowledgedBytes: 0,
    hasHead: false,
    readsBefore: 0,
    isRepeated: false,
    head: ({ status, headers }) => journal.push(`${exchange.streamId} ${status} ${JSON.stringify(headers)}`),
    data: (bytes, from, to) => {
      body += bytes.toString('latin1', from, to);
    },
    wire: () => {},
    end: () => journal.push(`${exchange.streamId} ends with ${body}`),
    fail: (message) => journal.push(`${exchange.streamId} failed: ${message}`),
  };
  return exchange;
};

const bytes = Buffer.concat([
  answerHead(1, [...status200, 0x40, ...literal('x-kept', 'one').slice(1)]),
  frame(types.data, 0, 1, Buffer.from('hel')),
  frame(types.headers, 0x8, 3, [2, ...status200, 0, 0]),
  frame(types.continuation, flags.endHeaders, 3, [0xbe]),
  frame(types.data, 0x8 | flags.endStream, 1, [2, 108, 111, 0, 0]),
  frame(types.ping, 0, 0, Buffer.alloc(8)),
  frame(types.data, flags.endStream, 3),
  goaway(3, 0),
  reset(5, 2),
]);

const expected = [
  '1 200 {"x-kept":"one"}',
  '3 200 {"x-kept":"one"}',
  '1 ends with hello',
  '3 ends with ',
  '5 refused',
  'finished',
];

test('frames mean the same wherever reads end', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.integer({ min: 1, max: bytes.length - 1 })), (cuts) => {
      const { session, journal } = startSession();
      let from = 0;
      for (const to of [...cuts.toSorted((a, b) => a - b), bytes.length]) {
        session.read(bytes, from, to);
        from = to;
      }
      expect(journal).toEqual(expected);
    }),
    { numRuns: 500 },
  );
});

test('any bytes leave every request with one fate', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 40 })), fc.nat(bytes.length), (junk, keep) => {
      const { session, journal } = startSession();
      for (const part of [bytes.subarray(0, keep), ...junk.map((one) => Buffer.from(one))])
        session.read(part, 0, part.length);
      session.lost('gone');
      for (const id of [1, 3, 5]) {
        expect(journal.filter((line) => new RegExp(`^${id} (ends|failed|refused)`).test(line))).toHaveLength(1);
      }
    }),
    { numRuns: 2_000 },
  );
});
