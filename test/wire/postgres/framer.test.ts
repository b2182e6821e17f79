import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Framer } from '../../../src/wire/postgres/framer.ts';
import { client, join, server } from '../wire.ts';

/** Everything that a framer says about these chunks; what it says in pieces is joined. */
const read = (side: 'frontend' | 'backend', chunks: readonly Buffer[]): string[] => {
  const said: string[] = [];
  const framer = new Framer(side, {
    message: (type, length, body, start, end) =>
      said.push(`${String.fromCharCode(type)} ${length} ${body.toString('hex', start, end)}`),
    more: (body, start, end, isLast) => {
      const whole = said.pop() + body.toString('hex', start, end);
      const [, length, bytes = ''] = whole.split(' ');
      expect(isLast).toBe(bytes.length === 2 * Number(length));
      said.push(whole);
    },
    directTls: (at) => said.push(`TLS ${at}`),
    preface: (code) => said.push(`preface ${code}`),
    answerByte: (byte) => said.push(`answer ${byte}`),
    unparsable: (reason) => said.push(`unparsable ${reason}`),
  });
  for (const chunk of chunks) framer.push(chunk);
  return said;
};

/** Cuts bytes at arbitrary places. */
const cut = (bytes: Buffer, places: readonly number[]): Buffer[] => {
  const at = [...new Set(places.map((place) => place % (bytes.length + 1)))].sort((a, b) => a - b);
  return [0, ...at].map((start, index) => bytes.subarray(start, at[index] ?? bytes.length));
};

const up = join(
  client.sslRequest(),
  client.startup(),
  client.password(),
  client.query('SELECT 1'),
  client.parse('SELECT $1', 'named'),
  client.bind('named'),
  client.describe(),
  client.execute(),
  client.sync(),
  client.copyData(Buffer.alloc(10_000)),
  client.parse('x'.repeat(9000)),
  client.terminate(),
);
const down = join(
  server.auth(10, Buffer.from('SCRAM-SHA-256\0\0')),
  server.auth(0),
  server.parameter('a', 'b'),
  server.keyData(256),
  server.ready(),
  server.row(Buffer.alloc(70_000)),
  server.complete(),
  server.ready('T'),
);

describe('the framer', () => {
  test('says the same wherever the stream is cut', () => {
    const whole = { frontend: read('frontend', [up]), backend: read('backend', [down]) };
    expect(whole.frontend).toHaveLength(12);
    expect(whole.backend).toHaveLength(8);
    fc.assert(
      fc.property(fc.array(fc.nat(), { maxLength: 30 }), (places) => {
        expect(read('frontend', cut(up, places))).toEqual(whole.frontend);
        expect(read('backend', cut(down, places))).toEqual(whole.backend);
      }),
    );
    expect(
      read(
        'backend',
        [...down].map((byte) => Buffer.from([byte])),
      ),
    ).toEqual(whole.backend);
  });

  test('never throws, and never reads on after it gave up', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('frontend', 'backend'),
        fc.array(fc.uint8Array({ maxLength: 50 })),
        (side, chunks) => {
          const said = read(side, chunks.map(Buffer.from));
          const gaveUp = said.findIndex((line) => line.startsWith('unparsable') || line.startsWith('TLS'));
          if (gaveUp >= 0) expect(gaveUp).toBe(said.length - 1);
        },
      ),
      { numRuns: 500 },
    );
  });

  test('a body of 100 MB is skipped, not kept', () => {
    const head = Buffer.from([0x64, 0, 0, 0, 0]);
    head.writeInt32BE(100e6 + 4, 1);
    const chunk = Buffer.alloc(1e6);
    expect(read('backend', [head, ...Array.from({ length: 100 }, () => chunk), server.ready()])).toEqual([
      'd 100000000 ',
      'Z 1 49',
    ]);
  });

  test('an error instead of the byte that answers an SSLRequest is a message', () => {
    const said: string[] = [];
    const framer = new Framer('backend', {
      message: (type) => said.push(String.fromCharCode(type)),
      more: () => undefined,
      preface: () => undefined,
      answerByte: (byte) => said.push(`answer ${byte}`),
      directTls: () => undefined,
      unparsable: (reason) => said.push(reason),
    });
    framer.expectAnswerByte();
    framer.push(join(server.error(), server.ready()));
    expect(said).toEqual(['E', 'Z']);
  });

  test('TLS without a request is said with its place; an unknown type and an impossible length are not the protocol', () => {
    expect(read('frontend', [Buffer.from([0x16, 3, 1, 0])])).toEqual(['TLS 0']);
    expect(read('backend', [Buffer.from('HTTP/1.1 200 OK')])[0]).toContain('unparsable');
    expect(read('frontend', [client.startup(), Buffer.from([0x51, 0xff, 0xff, 0xff, 0xff])])[1]).toContain(
      'unparsable',
    );
  });
});
