import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BytePool } from '../../../src/load/engine/byte-pool.ts';
import {
  AnswerFramer,
  type AnswerSink,
  answerBroken,
  answerDone,
  answerMore,
  HeadCache,
  maxHeadBytes,
} from '../../../src/load/http1/answer-framer.ts';
import { cutAt, wireAnswer } from './answers.ts';
import { type ParsedAnswer, parseWithNode } from './node-parser.ts';

const collector = (): AnswerSink & { readonly parts: Buffer[] } => {
  const parts: Buffer[] = [];
  return { parts, body: (bytes, from, to) => void parts.push(Buffer.from(bytes.subarray(from, to))) };
};

const sharedBytes = 64 * 1024;

/** Frames one answer from pieces that all pass through one buffer, as in the engine. */
const frame = (
  pieces: readonly Uint8Array[],
  {
    isHead = false,
    isClosed = false,
    withSink = true,
    framer = new AnswerFramer(),
    shared = new Uint8Array(sharedBytes),
  } = {},
): ParsedAnswer & { readonly leftOver: number; readonly bodyBytes: number } => {
  const sink = collector();
  framer.begin(isHead, withSink ? sink : undefined);
  let leftOver = 0;
  for (const piece of pieces) {
    for (let from = 0; from < piece.length; from += shared.length) {
      const part = piece.subarray(from, from + shared.length);
      shared.set(part);
      leftOver += part.length - (framer.state === answerMore ? framer.feed(shared, 0, part.length) : 0);
    }
  }
  if (isClosed) framer.end();
  return {
    outcome: framer.state === answerDone ? 'done' : framer.state === answerBroken ? 'broken' : 'more',
    status: framer.status,
    isKeptAlive: framer.isKeptAlive,
    body: Buffer.concat(sink.parts),
    bodyBytes: framer.bodyBytes,
    leftOver,
    problem: framer.problem,
  };
};

const text = (...lines: string[]): Buffer => Buffer.from(lines.join('\r\n'), 'latin1');

describe('framing answers', () => {
  test('gives the same wherever the bytes are cut', () => {
    fc.assert(
      fc.property(wireAnswer, fc.array(fc.nat(2000), { maxLength: 8 }), fc.boolean(), (answer, places, withSink) => {
        const framed = frame(cutAt(answer.bytes, places), {
          isHead: answer.isHead,
          isClosed: answer.needsClose,
          withSink,
        });
        expect({ ...framed, problem: framed.problem }).toMatchObject({
          outcome: 'done',
          status: answer.status,
          isKeptAlive: answer.isKeptAlive,
          bodyBytes: answer.body.length,
          leftOver: 0,
        });
        if (withSink) expect(framed.body).toEqual(answer.body);
      }),
      { numRuns: 2000 },
    );
  });

  test('gives the same byte by byte', () => {
    fc.assert(
      fc.property(wireAnswer, (answer) => {
        const bytes = [...answer.bytes].map((byte) => Buffer.of(byte));
        const framed = frame(bytes, { isHead: answer.isHead, isClosed: answer.needsClose });
        expect([framed.outcome, framed.status, framed.body]).toEqual(['done', answer.status, answer.body]);
      }),
      { numRuns: 300 },
    );
  });

  test('gives the same whether or not the head is known from an answer before', () => {
    fc.assert(
      fc.property(wireAnswer, wireAnswer, fc.array(fc.nat(500), { maxLength: 3 }), (first, second, places) => {
        const shared = new Uint8Array(sharedBytes);
        const framer = new AnswerFramer(new HeadCache(shared));
        for (const [answer, pieces] of [
          [first, [first.bytes]],
          [first, [first.bytes]],
          [second, cutAt(second.bytes, places)],
          [first, [first.bytes]],
        ] as const) {
          const framed = frame(pieces, {
            isHead: answer.isHead,
            isClosed: answer.needsClose,
            withSink: false,
            framer,
            shared,
          });
          expect(framed).toMatchObject({
            outcome: 'done',
            status: answer.status,
            isKeptAlive: answer.isKeptAlive,
            bodyBytes: answer.body.length,
            leftOver: 0,
          });
        }
      }),
      { numRuns: 1000 },
    );
  });

  test("agrees with node's parser on every valid answer", () => {
    fc.assert(
      fc.property(wireAnswer, (answer) => {
        const framed = frame([answer.bytes], { isHead: answer.isHead, isClosed: answer.needsClose });
        const parsed = parseWithNode(answer.bytes, answer.isHead, answer.needsClose);
        expect([framed.outcome, framed.status, framed.body]).toEqual([parsed.outcome, parsed.status, parsed.body]);
        // Without a length, node only learns later that an answer to HEAD has no body.
        if (!answer.isHead) expect(framed.isKeptAlive).toBe(parsed.isKeptAlive);
      }),
      { numRuns: 2000 },
    );
  });

  test('leaves the bytes after an answer alone', () => {
    fc.assert(
      fc.property(
        wireAnswer.filter(({ needsClose }) => !needsClose),
        fc.uint8Array({ minLength: 1, maxLength: 50 }),
        (answer, more) => {
          const framed = frame([Buffer.concat([answer.bytes, more])], { isHead: answer.isHead });
          expect([framed.outcome, framed.leftOver, framed.body]).toEqual(['done', more.length, answer.body]);
        },
      ),
    );
  });

  test('calls an answer that ends too early broken, at every byte', () => {
    fc.assert(
      fc.property(
        wireAnswer.filter(({ needsClose }) => !needsClose),
        (answer) => {
          for (let length = 0; length < answer.bytes.length; length++) {
            const framed = frame([answer.bytes.subarray(0, length)], { isHead: answer.isHead, isClosed: true });
            expect([framed.outcome, framed.problem]).toEqual([
              'broken',
              length === 0 ? 'connection closed before an answer' : 'connection closed within an answer',
            ]);
          }
        },
      ),
      { numRuns: 50 },
    );
  });
});

const fuzzRuns = Number(process.env['FUZZ_RUNS'] ?? 100_000);

describe('100,000 mutated answers', () => {
  type Mutation = { readonly at: number; readonly kind: 'flip' | 'drop' | 'repeat' | 'insert'; readonly byte: number };
  const mutation: fc.Arbitrary<Mutation> = fc.record({
    at: fc.nat(1000),
    kind: fc.constantFrom('flip', 'drop', 'repeat', 'insert'),
    byte: fc.oneof(fc.constantFrom(0, 9, 10, 13, 32, 44, 45, 48, 57, 58, 59, 127, 255), fc.nat(255)),
  });
  /**
   * Where the two read RFC 9112 differently, neither to the harm of framing: node checks the syntax of chunk extensions (we
   * ignore them), refuses a tab after a length, takes a 1xx of HTTP/1.0 for the last answer, and misses `chunked` before a tab or
   * an empty list element. It also refuses blanks after a chunk size.
   */
  const isKnownDifference = (bytes: Buffer, { problem }: ParsedAnswer): boolean =>
    /chunk extensions|Content-Length|Data after `Connection: close`/.test(problem) ||
    /\ntransfer-encoding:[^\n]*[,\t]/i.test(bytes.toString('latin1')) ||
    (/chunk size/.test(problem) && /\n[0-9a-f]+[ \t]+(?:;|\r\n)/i.test(bytes.toString('latin1')));
  /** What we make of folds, for node to frame: of the same length, so that bodies keep theirs. */
  const unfolded = (bytes: Buffer): Buffer => {
    let plain = bytes.toString('latin1');
    for (let before = ''; before !== plain; ) {
      before = plain;
      plain = plain.replaceAll(/(?<=^(?:[!-9;-~]+:|HTTP\/1)[^\n]*)\r\n(?=[ \t])/gm, '  ');
    }
    return Buffer.from(plain, 'latin1');
  };
  const mutate = (bytes: Buffer, { at, kind, byte }: Mutation): Buffer => {
    const place = at % Math.max(1, bytes.length);
    const [before, after] = [bytes.subarray(0, place), bytes.subarray(place)];
    switch (kind) {
      case 'flip':
        return Buffer.concat([before, Buffer.of(byte), after.subarray(1)]);
      case 'drop':
        return Buffer.concat([before, after.subarray(1)]);
      case 'repeat':
        return Buffer.concat([before, after.subarray(0, 30), after]);
      case 'insert':
        return Buffer.concat([before, Buffer.of(byte), after]);
    }
  };

  test("each give a class, never an exception, and never one that node's parser would frame otherwise", () => {
    fc.assert(
      fc.property(wireAnswer, fc.array(mutation, { minLength: 1, maxLength: 3 }), (answer, mutations) => {
        const bytes = mutations.reduce(mutate, answer.bytes);
        const framed = frame([bytes], { isHead: answer.isHead, isClosed: true });
        if (framed.outcome === 'more') throw new Error('a closed connection left an answer open');
        if (framed.outcome === 'broken') return;
        const asItIs = parseWithNode(bytes, answer.isHead, true);
        const isFolded = asItIs.outcome !== 'done' && !unfolded(bytes).equals(bytes);
        const parsed = isFolded ? parseWithNode(unfolded(bytes), answer.isHead, true) : asItIs;
        if (isKnownDifference(bytes, asItIs) || isKnownDifference(bytes, parsed)) return;
        const body = isFolded ? unfolded(framed.body) : framed.body;
        if (parsed.outcome !== 'done' || parsed.status !== framed.status || !parsed.body.equals(body)) {
          throw new Error(
            `framed ${framed.outcome} ${framed.status} ${framed.body.toString('hex')}, node ${parsed.outcome} ${parsed.status} ${parsed.body.toString('hex')}: ${JSON.stringify(bytes.toString('latin1'))}`,
          );
        }
      }),
      // FUZZ_RUNS=2000000 looks further; the seed keeps the ordinary run the same for everybody.
      { numRuns: fuzzRuns, ...(fuzzRuns === 100_000 && { seed: 4 }) },
    );
  }, 600_000);
});

describe('what RFC 9112 has a recipient put up with', () => {
  const readFields = (pieces: readonly Uint8Array[]) => {
    const framer = new AnswerFramer();
    framer.begin(false, collector());
    for (const piece of pieces) {
      const copy = Uint8Array.from(piece);
      if (framer.state === answerMore) framer.feed(copy, 0, copy.length);
    }
    return {
      state: framer.state,
      headers: framer.headers,
      isKeptAlive: framer.isKeptAlive,
      bodyBytes: framer.bodyBytes,
    };
  };
  const folds = [
    { name: 'a value', lines: ['A: b', ' c'], headers: { a: 'b   c' } },
    { name: 'a value that begins in the second line', lines: ['A:', '\tc'], headers: { a: 'c' } },
    { name: 'three lines', lines: ['A: b', ' c', '  d', 'E: f'], headers: { a: 'b   c    d', e: 'f' } },
    { name: 'an empty line of blanks', lines: ['A: b', ' ', 'E: f'], headers: { a: 'b', e: 'f' } },
    { name: 'a length', lines: ['E: f', 'Content-Length:', ' 0'], headers: { e: 'f' } },
    { name: 'blanks before the first field', lines: [' x: y', 'A: b'], headers: { a: 'b' } },
  ];

  test.each(folds)('folds, wherever they are cut: $name', ({ lines, headers }) => {
    const bytes = text('HTTP/1.1 204 OK', ...lines, '', '');
    for (let cut = 0; cut <= bytes.length; cut++) {
      for (const second of [cut, cut + 1, cut + 2, bytes.length]) {
        const framed = readFields([bytes.subarray(0, cut), bytes.subarray(cut, second), bytes.subarray(second)]);
        expect(framed.state).toBe(answerDone);
        expect(framed.headers).toMatchObject(headers);
      }
    }
    expect(readFields([...bytes].map((byte) => Uint8Array.of(byte))).headers).toMatchObject(headers);
  });

  test('a fold in Connection, in Transfer-Encoding and in a trailer', () => {
    const bytes = text(
      'HTTP/1.1 200 OK',
      'Connection: keep-alive,',
      '  close',
      'Transfer-Encoding:',
      '\tchunked',
      '',
      '2',
      'ab',
      '0',
      'T: u',
      ' v',
      '',
      '',
    );
    for (let cut = 0; cut <= bytes.length; cut++) {
      const framed = readFields([bytes.subarray(0, cut), bytes.subarray(cut)]);
      expect(framed).toMatchObject({ state: answerDone, isKeptAlive: false, bodyBytes: 2 });
    }
  });

  test.each(['2 ;a=b', '2;a=b', '2\t;\ta = "b"', '2 \t ; a', '2 ', '02', '2;a=b ;c=d'])('the chunk line %j', (line) => {
    const bytes = text(
      'HTTP/1.1 200 OK',
      'Transfer-Encoding: chunked',
      '',
      line,
      'ab',
      `0${line.slice(1)}`.replace('02', '0'),
      '',
      '',
    );
    expect(frame([bytes])).toMatchObject({ outcome: 'done', bodyBytes: 2, leftOver: 0 });
  });
});

test('connections that each hold most of a long head are bounded together', () => {
  const pool = new BytePool(100_000);
  const line = text('HTTP/1.1 200 OK', `a: ${'x'.repeat(60_000)}`);
  const framers = Array.from({ length: 4 }, () => new AnswerFramer(new HeadCache(), {}, pool));
  const feed = (framer: AnswerFramer) => {
    framer.begin();
    framer.feed(line, 0, line.length);
    return framer.problem;
  };
  expect(framers.map(feed)).toEqual([
    '',
    'too many long heads at once',
    'too many long heads at once',
    'too many long heads at once',
  ]);
  framers[0]!.dropCarry();
  expect(feed(framers[1]!)).toBe('');
});

describe('a broken answer', () => {
  const tooLong = 'x'.repeat(maxHeadBytes);
  test.each([
    { name: 'another protocol', bytes: text('SSH-2.0-OpenSSH_9.2', ''), problem: 'bad status line' },
    { name: 'a status line without a status', bytes: text('HTTP/1.1', '', ''), problem: 'bad status line' },
    { name: 'a status of two digits', bytes: text('HTTP/1.1 20 OK', '', ''), problem: 'bad status line' },
    { name: 'another version', bytes: text('HTTP/3.0 200 OK', '', ''), problem: 'bad status line' },
    { name: 'an empty line first', bytes: text('', 'HTTP/1.1 200 OK', '', ''), problem: 'bad status line' },
    {
      name: 'a header line without a colon',
      bytes: text('HTTP/1.1 200 OK', 'oops', '', ''),
      problem: 'bad header line',
    },
    { name: 'a blank before the colon', bytes: text('HTTP/1.1 200 OK', 'a : b', '', ''), problem: 'bad header line' },
    {
      name: 'a fold after a line feed alone',
      bytes: Buffer.from('HTTP/1.1 200 OK\r\na: b\n c\r\n\r\n'),
      problem: 'line end without a carriage return',
    },
    {
      name: 'a zero byte in a folded line',
      bytes: text('HTTP/1.1 200 OK', 'a: b', ' \0', '', ''),
      problem: 'bad header line',
    },
    {
      name: 'a length that is folded into two',
      bytes: text('HTTP/1.1 200 OK', 'Content-Length: 1', ' 2', '', ''),
      problem: 'bad content-length',
    },
    {
      name: 'a blank before its chunk size',
      bytes: text('HTTP/1.1 200 OK', 'Transfer-Encoding: chunked', '', ' 2', ''),
      problem: 'bad chunk size',
    },
    {
      name: 'a blank within its chunk size',
      bytes: text('HTTP/1.1 200 OK', 'Transfer-Encoding: chunked', '', '1 0;a=b', ''),
      problem: 'bad chunk size',
    },
    {
      name: 'blanks instead of a chunk size',
      bytes: text('HTTP/1.1 200 OK', 'Transfer-Encoding: chunked', '', '  ;a=b', ''),
      problem: 'bad chunk size',
    },
    {
      name: 'a fold without an end',
      bytes: text('HTTP/1.1 200 OK', 'a: b', ...Array.from({ length: 10_000 }, () => ' folded')),
      problem: 'head too long',
    },
    { name: 'a zero byte in a header', bytes: text('HTTP/1.1 200 OK', 'a: \0', '', ''), problem: 'bad header line' },
    {
      name: 'line feeds only',
      bytes: Buffer.from('HTTP/1.1 200 OK\n\n'),
      problem: 'line end without a carriage return',
    },
    {
      name: 'a negative length',
      bytes: text('HTTP/1.1 200 OK', 'Content-Length: -1', '', ''),
      problem: 'bad content-length',
    },
    {
      name: 'a length that is no number',
      bytes: text('HTTP/1.1 200 OK', 'Content-Length: 1e3', '', ''),
      problem: 'bad content-length',
    },
    {
      name: 'no length in its header',
      bytes: text('HTTP/1.1 200 OK', 'Content-Length:', '', ''),
      problem: 'bad content-length',
    },
    {
      name: 'a length twice',
      bytes: text('HTTP/1.1 200 OK', 'Content-Length: 1', 'content-length: 1', '', 'x'),
      problem: 'content-length twice',
    },
    {
      name: 'an endless length',
      bytes: text('HTTP/1.1 200 OK', `Content-Length: ${'9'.repeat(40)}`, '', ''),
      problem: 'content-length overflows',
    },
    {
      name: 'length and chunks',
      bytes: text('HTTP/1.1 200 OK', 'Content-Length: 1', 'Transfer-Encoding: chunked', '', '0', '', ''),
      problem: 'content-length beside transfer-encoding',
    },
    {
      name: 'a chunk size that is no number',
      bytes: text('HTTP/1.1 200 OK', 'Transfer-Encoding: chunked', '', 'xyz', ''),
      problem: 'bad chunk size',
    },
    {
      name: 'an empty chunk size',
      bytes: text('HTTP/1.1 200 OK', 'Transfer-Encoding: chunked', '', '', ''),
      problem: 'bad chunk size',
    },
    {
      name: 'a chunk size that overflows',
      bytes: text('HTTP/1.1 200 OK', 'Transfer-Encoding: chunked', '', 'f'.repeat(20), ''),
      problem: 'chunk size overflows',
    },
    {
      name: 'a chunk longer than its size',
      bytes: text('HTTP/1.1 200 OK', 'Transfer-Encoding: chunked', '', '1', 'abc', ''),
      problem: 'chunk longer than its size',
    },
    { name: 'a head without an end', bytes: text('HTTP/1.1 200 OK', `a: ${tooLong}`), problem: 'head too long' },
    {
      name: 'a head of very many lines',
      bytes: text('HTTP/1.1 200 OK', ...Array.from({ length: 10_000 }, () => 'a: bcdef')),
      problem: 'head too long',
    },
    {
      name: 'a chunk extension without an end',
      bytes: text('HTTP/1.1 200 OK', 'Transfer-Encoding: chunked', '', `1;${tooLong}`),
      problem: 'chunk framing too long',
    },
    {
      name: 'trailers without an end',
      bytes: text('HTTP/1.1 200 OK', 'Transfer-Encoding: chunked', '', '0', `a: ${tooLong}`),
      problem: 'chunk framing too long',
    },
  ])('with $name is told apart: $problem', ({ bytes, problem }) => {
    expect(frame([bytes])).toMatchObject({ outcome: 'broken', problem, isKeptAlive: false });
  });

  test('never ending interim answers are bounded by the timeout, not by memory', () => {
    const framer = new AnswerFramer();
    framer.begin();
    const interim = text('HTTP/1.1 100 Continue', '', '');
    for (let count = 0; count < 10_000; count++) framer.feed(interim, 0, interim.length);
    expect([framer.state, framer.interim]).toEqual([answerMore, 10_000]);
  });
});
