import { createServer, type ServerHttp2Session } from 'node:http2';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AnswerHeadReader } from '../../../src/load/http2/answer-head.ts';
import { HpackDecoder } from '../../../src/load/http2/hpack/decoder.ts';
import { run } from './jobs.ts';

const decode = (decoder: HpackDecoder, hex: string): { fields: string[]; problem: string } => {
  const bytes = Buffer.from(hex.replace(/\s/g, ''), 'hex');
  const fields: string[] = [];
  decoder.decode(bytes, 0, bytes.length, { field: (name, value) => fields.push(`${name}: ${value}`) });
  return { fields, problem: decoder.problem };
};

const date = (seconds: number): string => `date: Mon, 21 Oct 2013 20:13:${seconds} GMT`;
const location = 'location: https://www.example.com';

describe('the examples of RFC 7541, appendix C, with their table of 256 bytes', () => {
  // Table size updates stand in for the setting that the examples assume.
  test.each([
    {
      name: 'C.5, without Huffman coding',
      blocks: [
        '3fe101 4803 333032 5807 70726976617465 611d 4d6f6e2c203231204f637420323031332032303a31333a323120474d54 6e17 68747470733a2f2f7777772e6578616d706c652e636f6d',
        '4803 333037 c1 c0 bf',
        '88 c1 611d 4d6f6e2c203231204f637420323031332032303a31333a323220474d54 c0 5a04 677a6970 7738 666f6f3d4153444a4b48514b425a584f5157454f50495541585157454f49553b206d61782d6167653d333630303b2076657273696f6e3d31',
      ],
    },
    {
      name: 'C.6, with Huffman coding',
      blocks: [
        '3fe101 4882 6402 5885 aec3771a4b 6196 d07abe941054d444a8200595040b8166e082a62d1bff 6e91 9d29ad171863c78f0b97c8e9ae82ae43d3',
        '4883 640eff c1 c0 bf',
        '88 c1 6196 d07abe941054d444a8200595040b8166e084a62d1bff c0 5a83 9bd9ab 77ad 94e7821dd7f2e6c7b335dfdfcd5b3960d5af27087f3672c1ab270fb5291f9587316065c003ed4ee5b1063d5007',
      ],
    },
  ])('$name', ({ blocks }) => {
    const decoder = new HpackDecoder();
    const cache = 'cache-control: private';
    const cookie = 'set-cookie: foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1';
    expect(decode(decoder, blocks[0]!).fields).toEqual([':status: 302', cache, date(21), location]);
    expect(decode(decoder, blocks[1]!).fields).toEqual([':status: 307', cache, date(21), location]);
    expect(decode(decoder, blocks[2]!).fields).toEqual([
      ':status: 200',
      cache,
      date(22),
      location,
      'content-encoding: gzip',
      cookie,
    ]);
    // The fourth entry was evicted.
    expect(decode(decoder, 'c1').problem).toBe('an index beyond the table');
  });
});

test.each([
  ['80', 'an index beyond the table'],
  ['be', 'an index beyond the table'],
  ['ffffffffffffffffff7f', 'a broken integer'],
  ['ff80808080808080', 'a broken integer'],
  ['ff', 'a broken integer'],
  ['00', 'a head that ends early'],
  ['000161', 'a head that ends early'],
  ['00016105', 'a head that ends early'],
  ['000081fe', 'a broken Huffman coding'],
  ['000082ffff', 'a broken Huffman coding'],
  ['000084ffffffff', 'a broken Huffman coding'],
  ['3fe21f', 'a table larger than allowed'],
  ['8820', 'a table size within a head'],
])('%s is refused: %s', (hex, problem) => {
  expect(decode(new HpackDecoder(), hex).problem).toBe(problem);
});

test('a head that is known fills the table as it did the first time', () => {
  const reader = new AnswerHeadReader();
  const decoder = new HpackDecoder();
  const read = (hex: string, wantsHeaders: boolean) => {
    const bytes = Buffer.from(hex, 'hex');
    return reader.read(decoder, bytes, 0, bytes.length, wantsHeaders);
  };
  // `x-a: one` into the table, twice the same bytes; then another, and all three by their index.
  read('884003782d61036f6e65', false);
  expect(read('884003782d61036f6e65', false)?.status).toBe(200);
  read('884003782d620374776f', false);
  expect(read('88bebfc0', true)).toMatchObject({ malformed: '', headers: { 'x-a': 'one, one', 'x-b': 'two' } });
  expect(read('88c1', true)).toBeUndefined();
});

test('any bytes are decoded or refused, and what a table holds stays within its 4 KiB', () => {
  const decoder = new HpackDecoder();
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      decode(decoder, Buffer.from(bytes).toString('hex'));
      expect(decoder.tableBytes).toBeLessThanOrEqual(4_096);
    }),
    { numRuns: 2_000 },
  );
});

// Names and values as nghttp2, which is another implementation, encodes them: indexed, literal, Huffman or not, with evictions.
test('fields from a real server arrive as it sent them', async () => {
  const name = fc.stringMatching(/^x-[a-z0-9]{1,20}$/);
  const value = fc.stringMatching(/^[!-~]([ -~]{0,300}[!-~])?$/);
  const fields = fc.dictionary(name, value, { minKeys: 1, maxKeys: 20, noNullPrototype: true });
  const answers = fc.sample(fc.oneof(fields, fc.constantFrom(...fc.sample(fields, { numRuns: 5, seed: 2 }))), {
    numRuns: 300,
    seed: 1,
  });
  const sessions = new Set<ServerHttp2Session>();
  let next = 0;
  const server = createServer((_request, response) => {
    response.sendDate = false;
    response.writeHead(200, { ...answers[next++] }).end();
  });
  server.on('session', (session) => sessions.add(session));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const result = await run(port, { stop: { requests: answers.length }, sampleRatio: 1 });
  server.close();
  for (const session of sessions) session.destroy();
  expect(result.counts.ok).toBe(answers.length);
  expect(result.samples.map(({ headers }) => headers)).toEqual(answers);
});
