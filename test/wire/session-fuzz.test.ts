import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createLedger, resetLedger } from '../../src/wire/ledger/ledger.ts';
import { takeSnapshot } from '../../src/wire/ledger/snapshot.ts';
import { createSession } from '../../src/wire/postgres/session.ts';
import { client, join, server } from './wire.ts';

const open = () => {
  const ledger = createLedger();
  const session = createSession(ledger, {
    count: 'messages',
    isTcp: false,
    connection: 1,
    openedNs: 0,
    trace: () => undefined,
  });
  let nowNs = 0;
  const tick = (): number => {
    nowNs += 1000;
    return nowNs;
  };
  const up = (chunk: Buffer): void => session.up(chunk, tick());
  const down = (chunk: Buffer): void => session.down(chunk, tick(), 1000, nowNs);
  return { ledger, session, up, down, snapshot: () => takeSnapshot(ledger, [session.counts], []) };
};

/** What a client asks in one go, and what a server answers. */
const exchanges = fc.constantFrom(
  {
    ask: [client.query('SELECT 1')],
    answer: [server.rowDescription(), server.row(), server.complete(), server.ready()],
  },
  { ask: [client.query('')], answer: [server.empty(), server.ready()] },
  { ask: [client.sync()], answer: [server.ready()] },
  { ask: [client.query('no')], answer: [server.error(), server.ready('E')] },
  {
    ask: [client.parse('SELECT $1', 's'), client.describe('S', 's'), client.flush()],
    answer: [server.parseComplete(), server.parameterDescription(), server.noData()],
  },
  {
    ask: [
      client.parse('SELECT 1'),
      client.bind(),
      client.describe(),
      client.execute(),
      client.close('s'),
      client.sync(),
    ],
    answer: [
      server.parseComplete(),
      server.bindComplete(),
      server.rowDescription(),
      server.row(Buffer.alloc(3000)),
      server.complete(),
      server.closeComplete(),
      server.ready('T'),
    ],
  },
  {
    ask: [client.parse('no'), client.bind(), client.execute(), client.sync(), client.query('SELECT 1')],
    answer: [server.error(), server.ready(), server.complete(), server.ready()],
  },
  {
    ask: [client.query('COPY t TO STDOUT')],
    answer: [server.copyOut(), server.copyData(Buffer.alloc(9)), server.copyDone(), server.complete(), server.ready()],
  },
);
const asynchronous = fc.constantFrom(server.notice(), server.notification(), server.parameter('a', 'b'));

/** Cuts bytes into pieces of the given lengths, over and over. */
const cut = (bytes: Buffer, lengths: readonly number[]): Buffer[] => {
  const chunks: Buffer[] = [];
  for (let at = 0, index = 0; at < bytes.length; index += 1) {
    const length = lengths[index % lengths.length]!;
    chunks.push(bytes.subarray(at, at + length));
    at += length;
  }
  return chunks;
};

describe('a session', () => {
  test('of a client that always waits has one round trip for each exchange, however the bytes are cut', () => {
    const lengths = fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 10 });
    const step = fc.record({ exchange: exchanges, noise: fc.option(asynchronous, { nil: undefined }) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 20 }), lengths, (steps, pieces) => {
        const { ledger, session, up, down, snapshot } = open();
        up(client.startup());
        down(join(server.auth(0), server.ready()));
        resetLedger(ledger);
        session.reset();
        for (const { exchange, noise } of steps) {
          if (noise !== undefined) down(noise);
          for (const chunk of cut(join(...exchange.ask), pieces)) up(chunk);
          for (const chunk of cut(join(...exchange.answer), pieces)) down(chunk);
        }
        const { roundTrips, overlapped, unparsed, serverTime } = snapshot();
        expect({ roundTrips, overlapped, unparsed, timed: serverTime.count }).toEqual({
          roundTrips: steps.length,
          overlapped: 0,
          unparsed: 0,
          timed: steps.length,
        });
      }),
    );
  });

  test('never throws, whatever is said on either side, and counts every byte', () => {
    const garbage = fc.uint8Array({ minLength: 1, maxLength: 60 }).map((bytes) => Buffer.from(bytes));
    const anything = fc.oneof(
      exchanges.map(({ ask }) => join(...ask)),
      exchanges.map(({ answer }) => join(...answer)),
      fc.constantFrom(
        client.startup(),
        client.sslRequest(),
        client.cancel(),
        client.copyDone(),
        server.copyIn(),
        server.auth(10),
        Buffer.from('S'),
      ),
      asynchronous,
      garbage,
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.boolean(), anything), { maxLength: 30 }), (said) => {
        const { session, up, down, snapshot } = open();
        for (const [isUp, bytes] of said) (isUp ? up : down)(bytes);
        session.close();
        const bytes = said.reduce((sum, [, chunk]) => sum + chunk.length, 0);
        const ledger = snapshot();
        expect(ledger.bytesUp + ledger.bytesDown).toBe(bytes);
        expect(ledger.connectionsNow).toBe(0);
        expect(ledger.roundTrips).toBeLessThanOrEqual(said.length);
      }),
      { numRuns: 500 },
    );
  });
});
