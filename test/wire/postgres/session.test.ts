import { describe, expect, test } from 'vitest';
import { createLedger, noteUnparsed, resetLedger } from '../../../src/wire/ledger/ledger.ts';
import { takeSnapshot } from '../../../src/wire/ledger/snapshot.ts';
import { createTrace } from '../../../src/wire/ledger/trace.ts';
import { createSession, type Session } from '../../../src/wire/postgres/session.ts';
import { client, join, server } from '../wire.ts';

/** A conversation with a tap, a millisecond between any two chunks. */
const converse = (count: 'messages' | 'layer4' = 'messages') => {
  const ledger = createLedger();
  const trace = createTrace(100);
  const session: Session = createSession(ledger, {
    count,
    isTcp: false,
    connection: 1,
    openedNs: 0,
    trace: trace.add,
  });
  let nowNs = 0;
  let lastUpNs = 0;
  const talk = {
    up(...messages: readonly Buffer[]) {
      nowNs += 1e6;
      lastUpNs = nowNs;
      session.up(join(...messages), nowNs);
      return talk;
    },
    down(...messages: readonly Buffer[]) {
      nowNs += 1e6;
      session.down(join(...messages), nowNs, nowNs - lastUpNs, nowNs);
      return talk;
    },
    /** Away for so long; 0 and less: sooner than a millisecond after what came before. */
    wait(ms: number) {
      nowNs += ms * 1e6;
      return talk;
    },
    login() {
      talk.up(client.startup()).down(server.auth(0), server.parameter('a', 'b'), server.keyData(), server.ready());
      resetLedger(ledger);
      session.reset();
      return talk;
    },
    close() {
      session.close();
      return talk;
    },
    get ledger() {
      return takeSnapshot(ledger, [session.counts], trace.read());
    },
  };
  return talk;
};
const rows = [server.bindComplete(), server.rowDescription(), server.row(), server.complete(), server.ready()];
const saslChallenge = server.auth(10, Buffer.from('SCRAM-SHA-256\0\0'));

describe('connecting', () => {
  test('SSLRequest, refused, and SCRAM are four waits', () => {
    const { ledger } = converse()
      .up(client.sslRequest())
      .down(Buffer.from('N'))
      .up(client.startup())
      .down(saslChallenge)
      .up(client.password())
      .down(server.auth(11))
      .up(client.password())
      .down(server.auth(12), server.auth(0), server.parameter('a', 'b'), server.keyData(), server.ready());
    expect(ledger).toMatchObject({
      roundTrips: 4,
      connects: 1,
      connectRoundTrips: { tcp: 0, tls: 1, auth: 3 },
      readyForQuery: 1,
      statements: 0,
      unparsed: 0,
    });
  });

  test('a client of protocol 3.2 with keys of 256 bytes, and one that is negotiated down', () => {
    const { ledger } = converse()
      .up(client.startup(196610))
      .down(server.negotiate(), server.auth(0), server.keyData(256), server.ready())
      .up(client.query('SELECT 1'))
      .down(server.rowDescription(), server.row(), server.complete(), server.ready());
    expect(ledger).toMatchObject({ roundTrips: 2, connectRoundTrips: { auth: 1 }, unparsed: 0 });
  });

  test('GSS, then SSL, then in clear: each answer is one byte', () => {
    const { ledger } = converse()
      .up(client.gssRequest())
      .down(Buffer.from('N'))
      .up(client.sslRequest())
      .down(Buffer.from('N'))
      .up(client.startup())
      .down(server.auth(0), server.ready());
    expect(ledger).toMatchObject({ roundTrips: 3, connectRoundTrips: { tls: 2, auth: 1 }, unparsed: 0 });
  });

  test('a server that answers a request for TLS with an error says so in a message', () => {
    const { ledger } = converse().up(client.sslRequest()).down(server.error());
    expect(ledger).toMatchObject({ roundTrips: 1, errors: 1, unparsed: 0, encrypted: 0 });
  });

  test('GSSAPI encryption is counted by direction', () => {
    const { ledger } = converse()
      .up(client.gssRequest())
      .down(Buffer.from('G'))
      .up(Buffer.from([0, 0, 0, 4, 1, 2, 3, 4]))
      .down(Buffer.from([0, 0, 0, 4, 1, 2, 3, 4]))
      .up(Buffer.from([0x16, 3, 3, 4, 1, 2, 3, 4]))
      .down(Buffer.from([0, 0, 0, 4, 1, 2, 3, 4]));
    expect(ledger).toMatchObject({ roundTrips: 3, encrypted: 1, unparsed: 0, connectRoundTrips: { tls: 1 } });
  });

  test('a cancel request waits for nothing', () => {
    const { ledger } = converse().up(client.cancel());
    expect(ledger).toMatchObject({ roundTrips: 0, cancels: 1, unparsed: 0 });
  });
});

describe('what drivers do', () => {
  test('prepare and execute are two waits and two ReadyForQuery', () => {
    const { ledger } = converse()
      .login()
      .up(client.parse('SELECT $1', 's1'), client.describe('S', 's1'), client.sync())
      .down(server.parseComplete(), server.parameterDescription(), server.rowDescription(), server.ready())
      .up(client.bind('s1'), client.execute(), client.sync())
      .down(...rows);
    expect(ledger).toMatchObject({ roundTrips: 2, readyForQuery: 2, statements: 1, prepares: 1, executes: 1 });
    expect(ledger.statementTexts).toMatchObject([{ text: 'SELECT $1', prepares: 1, executes: 1, queries: 0 }]);
    expect(ledger.shapes.map(({ shape }) => shape)).toEqual(['PDS/1tTZ', 'BES/2TDCZ']);
  });

  test("asyncpg's flush is a wait without a ReadyForQuery", () => {
    const { ledger } = converse()
      .login()
      .up(client.parse('SELECT $1', 's1'), client.describe('S', 's1'), client.flush())
      .down(server.parseComplete(), server.parameterDescription(), server.rowDescription())
      .up(client.bind('s1'), client.execute(), client.sync())
      .down(...rows);
    expect(ledger).toMatchObject({ roundTrips: 2, readyForQuery: 1, overlapped: 0 });
  });

  test('a pipeline of 100 queries is one wait', () => {
    const one = [client.parse('SELECT 1'), client.bind(), client.describe(), client.execute(), client.sync()];
    const { ledger } = converse()
      .login()
      .up(...Array.from({ length: 100 }, () => join(...one)))
      .down(...Array.from({ length: 100 }, () => join(server.parseComplete(), ...rows)));
    expect(ledger).toMatchObject({ roundTrips: 1, readyForQuery: 100, statements: 100, overlapped: 0 });
  });

  test('queries sent into an incomplete answer overlap it, and are no waits of their own', () => {
    const { ledger } = converse()
      .login()
      .up(client.query('SELECT 1'), client.query('SELECT 2'))
      .down(server.rowDescription(), server.row(), server.complete(), server.ready())
      .up(client.query('SELECT 3'))
      .down(server.complete(), server.ready(), server.complete(), server.ready())
      .up(client.query('SELECT 4'))
      .down(server.complete(), server.ready());
    expect(ledger).toMatchObject({ roundTrips: 2, overlapped: 1, readyForQuery: 4 });
  });

  test('an answer in many pieces is one wait, and its time is streamed', () => {
    const { ledger } = converse()
      .login()
      .up(client.query('SELECT 1'))
      .down(server.rowDescription())
      .down(server.row())
      .down(server.complete(), server.ready());
    expect(ledger.roundTrips).toBe(1);
    expect(ledger.serverTime.maxMs).toBe(1);
    expect(ledger.streamTime.maxMs).toBe(2);
  });

  test('a Close that nobody waits for joins the next flight', () => {
    const { ledger } = converse()
      .login()
      .up(client.close('s1'), client.sync())
      .up(client.query('SELECT 1'))
      .down(server.closeComplete(), server.ready())
      .down(server.complete(), server.ready());
    expect(ledger).toMatchObject({ roundTrips: 1, readyForQuery: 2 });
  });
});

describe('a Sync in a segment of its own behind a Flush', () => {
  const ask = [client.parse('SELECT 1'), client.bind(), client.describe(), client.execute(), client.flush()];
  const answered = [
    server.parseComplete(),
    server.bindComplete(),
    server.rowDescription(),
    server.row(),
    server.complete(),
  ];

  test('that comes too soon after the answer to be for it is no round trip', () => {
    const { ledger } = converse()
      .login()
      .up(...ask)
      .down(...answered)
      .wait(-0.99)
      .up(client.sync())
      .down(server.ready());
    expect(ledger).toMatchObject({ roundTrips: 1, readyForQuery: 1, overlapped: 0 });
  });

  test('is none either, however late it comes, on a connection that sends both together, and what was counted before is taken back', () => {
    const talk = converse()
      .login()
      .up(...ask)
      .down(...answered)
      .up(client.sync())
      .down(server.ready());
    expect(talk.ledger.roundTrips).toBe(2);
    talk.up(...ask, client.sync()).down(...answered, server.ready());
    expect(talk.ledger.roundTrips).toBe(2);
    for (let query = 0; query < 5; query += 1) {
      talk
        .up(...ask)
        .down(...answered)
        .up(client.sync())
        .down(server.ready());
    }
    expect(talk.ledger).toMatchObject({ roundTrips: 7, readyForQuery: 7, statements: 7, overlapped: 0 });
    // A query that follows such a Sync before it is answered waits for itself.
    talk
      .up(...ask)
      .down(...answered)
      .up(client.sync())
      .up(client.query('SELECT 1'))
      .down(server.ready(), server.complete(), server.ready());
    expect(talk.ledger.roundTrips).toBe(9);
  });

  test('is one where the client waits before it sends it: behind an error, and where it never sends both together', () => {
    const { ledger } = converse()
      .login()
      .up(...ask)
      .down(...answered)
      .up(client.sync())
      .down(server.ready())
      .up(client.parse('no'), client.bind(), client.execute(), client.flush())
      .down(server.error())
      .up(client.sync())
      .down(server.ready());
    expect(ledger).toMatchObject({ roundTrips: 4, errors: 1 });
  });
});

describe('names', () => {
  const run = (portal: string, name = 's1') => [client.bind(name, portal), client.execute(portal), client.sync()];

  test('of 5,000 portals are all counted, and so is what comes behind them', () => {
    const talk = converse()
      .login()
      .up(client.parse('SELECT $1', 's1'), client.parse('COMMIT', 's2'), client.sync())
      .down(server.parseComplete(), server.parseComplete(), server.ready());
    for (let cursor = 1; cursor <= 5000; cursor += 1) {
      talk
        .up(...run(`C_${cursor}`))
        .down(server.bindComplete(), server.complete(), server.ready('T'))
        .up(client.close(`C_${cursor}`, 'P'), client.sync())
        .down(server.closeComplete(), server.ready('T'));
    }
    talk.up(...run('', 's2')).down(server.bindComplete(), server.complete('COMMIT'), server.ready());
    expect(talk.ledger.statementTexts).toMatchObject([
      { text: 'SELECT $1', prepares: 1, executes: 5000 },
      { text: 'COMMIT', prepares: 1, executes: 1 },
    ]);
  });

  test('that the tap does not know count as unknown, never as the statement before', () => {
    const talk = converse()
      .login()
      .up(client.query('PREPARE made_in_sql AS SELECT 1'))
      .down(server.complete('PREPARE'), server.ready())
      .up(client.parse('SELECT $1', 's1'), ...run('', 's1'))
      .down(server.parseComplete(), ...rows)
      .up(...run('', 'made_in_sql'))
      .down(...rows)
      .up(client.execute('never_bound'), client.sync())
      .down(server.error(), server.ready());
    expect(talk.ledger.executes).toBe(3);
    expect(talk.ledger.statementTexts).toMatchObject([
      { text: 'PREPARE ? AS SELECT ?', queries: 1 },
      { text: 'SELECT $1', executes: 1 },
      { key: 'unknown', executes: 2 },
    ]);
    expect(talk.ledger.trace.at(-2)).toMatchObject({ statement: 'unknown' });
  });

  test('are unknown once they were closed, taken away, or lost with their transaction', () => {
    const talk = converse().login();
    const unknown = () => talk.ledger.statementTexts.find(({ key }) => key === 'unknown')?.executes ?? 0;
    const prepare = () =>
      talk
        .up(client.parse('SELECT $1', 's1'), client.parse('SELECT $1'), client.sync())
        .down(server.parseComplete(), server.parseComplete(), server.ready());
    const bound = (status: 'I' | 'T') =>
      talk.up(client.bind('s1', 'p'), client.sync()).down(server.bindComplete(), server.ready(status));
    const executes = () => talk.up(client.execute('p'), client.sync()).down(server.complete(), server.ready('T'));
    prepare();
    bound('T');
    executes();
    expect(unknown()).toBe(0);
    talk.up(client.close('p', 'P'), client.sync()).down(server.closeComplete(), server.ready('T'));
    executes();
    expect(unknown()).toBe(1);
    bound('I');
    executes();
    expect(unknown()).toBe(2);
    talk.up(client.query('DISCARD ALL;')).down(server.complete(), server.ready());
    for (const name of ['s1', '']) {
      talk.up(...run('', name)).down(server.error(), server.ready());
    }
    expect(unknown()).toBe(4);
  });

  test('are told apart as Postgres does: by 63 bytes; a name that hides the next one is unknown', () => {
    const long = 'n'.repeat(63);
    const talk = converse()
      .login()
      .up(client.parse('SELECT 1', `${long}1`), ...run('x'.repeat(300), `${long}2`), ...run('x'.repeat(5000), long));
    expect(talk.ledger.statementTexts).toMatchObject([
      { text: 'SELECT ?', prepares: 1, executes: 1 },
      { key: 'unknown', executes: 1 },
    ]);
  });

  test('beyond what the tap keeps lose no count', () => {
    const talk = converse().login();
    for (let name = 0; name < 210_000; name += 1000) {
      talk
        .up(...Array.from({ length: 1000 }, (_, n) => client.parse('SELECT 1', `s${name + n}`)), client.sync())
        .down(...Array.from({ length: 1000 }, () => server.parseComplete()), server.ready());
    }
    talk.up(...run('', 's7'), ...run('', 's209999')).down(...rows, ...rows);
    expect(talk.ledger).toMatchObject({ executes: 2, prepares: 210_000 });
    expect(talk.ledger.statementTexts).toMatchObject([
      { text: 'SELECT ?', executes: 1, prepares: 210_000 },
      { key: 'unknown', executes: 1 },
    ]);
  });
});

describe('long texts', () => {
  test('are one statement each, however they are cut, and two where they differ at their end', () => {
    const talk = converse().login();
    const long = (end: string, comment = '') =>
      `SELECT ${comment}${Array.from({ length: 2000 }, (_, column) => `column_${column}`).join(', ')} FROM t WHERE ${end}`;
    const texts = [
      long('a = 1'),
      long("a = 'it''s'", `/* it's ${'-'.repeat(70_000)} */`),
      long('b = 1'),
      long('b = -7e-3'),
    ];
    for (const [index, text] of texts.entries()) {
      const bytes = index % 2 === 0 ? client.query(text) : client.parse(text, `name ${index}`);
      for (let at = 0; at < bytes.length; at += 1459) talk.up(bytes.subarray(at, at + 1459));
      talk.up(client.sync()).down(server.complete(), server.ready(), server.ready());
    }
    talk.up(client.bind('name 1'), client.execute(), client.sync()).down(...rows);
    expect(talk.ledger.statementTexts).toMatchObject([
      { queries: 1, prepares: 1, executes: 1 },
      { queries: 1, prepares: 1, executes: 0 },
    ]);
    expect(talk.ledger.unparsed).toBe(0);
  });

  test('are read as the session reads them: a ParameterStatus says whether a backslash escapes', () => {
    const talk = converse().login();
    const ask = () => talk.up(client.query("SELECT 'a\\', b, 'c'")).down(server.complete(), server.ready());
    ask();
    talk.down(server.parameter('standard_conforming_strings', 'off'));
    talk.up(client.query("SELECT 'a\\' b', 'c'")).down(server.complete(), server.ready());
    talk.down(server.parameter('standard_conforming_strings', 'on'));
    ask();
    expect(talk.ledger.statementTexts).toMatchObject([
      { text: 'SELECT ?, b, ?', queries: 2 },
      { text: 'SELECT ?, ?', queries: 1 },
    ]);
  });
});

describe('messages that a server sends by itself', () => {
  test('notices, parameters and notifications neither open nor close a wait', () => {
    const { ledger } = converse()
      .login()
      .down(server.notification())
      .up(client.query('SELECT 1'))
      .down(server.notice())
      .down(server.parameter('a', 'c'))
      .down(server.complete(), server.ready())
      .down(server.notification(), server.notification());
    expect(ledger).toMatchObject({ roundTrips: 1, statements: 1 });
    expect(ledger.serverTime.maxMs).toBe(3);
  });
});

describe('errors', () => {
  test('discard what was asked for up to the next Sync', () => {
    const { ledger } = converse()
      .login()
      .up(client.parse('no'), client.bind(), client.execute(), client.sync(), client.parse('yes'), client.sync())
      .down(server.error(), server.ready('E'), server.parseComplete(), server.ready())
      .up(client.query('SELECT 1'))
      .down(server.complete(), server.ready());
    expect(ledger).toMatchObject({ roundTrips: 2, errors: 1, overlapped: 0, readyForQuery: 3 });
  });

  test('behind a Flush the server ignores all until a Sync comes', () => {
    const { ledger } = converse()
      .login()
      .up(client.parse('no'), client.describe('S'), client.flush())
      .down(server.error())
      .up(client.sync())
      .down(server.ready())
      .up(client.query('SELECT 1'))
      .down(server.complete(), server.ready());
    expect(ledger).toMatchObject({ roundTrips: 3, errors: 1, overlapped: 0 });
  });
});

describe('COPY', () => {
  test('in: the query and the end of the data are two waits', () => {
    const { ledger } = converse()
      .login()
      .up(client.query('COPY t FROM STDIN'))
      .down(server.copyIn())
      .up(client.copyData(Buffer.alloc(100)))
      .up(client.copyData(Buffer.alloc(100)))
      .up(client.copyDone())
      .down(server.complete('COPY 2'), server.ready());
    expect(ledger).toMatchObject({ roundTrips: 2, copies: 1, overlapped: 0, readyForQuery: 1 });
  });

  test('in, by the extended protocol: a Sync that comes before the data is not answered', () => {
    const { ledger } = converse()
      .login()
      .up(client.parse('COPY t FROM STDIN'), client.bind(), client.execute(), client.sync())
      .down(server.parseComplete(), server.bindComplete(), server.copyIn())
      .up(client.copyData(Buffer.alloc(100)), client.copyDone(), client.sync())
      .down(server.complete('COPY 1'), server.ready())
      .up(client.query('SELECT 1'))
      .down(server.complete(), server.ready());
    expect(ledger).toMatchObject({ roundTrips: 3, copies: 1, overlapped: 0, readyForQuery: 2 });
  });

  test('in, given up by the client, is an error', () => {
    const { ledger } = converse()
      .login()
      .up(client.query('COPY t FROM STDIN'))
      .down(server.copyIn())
      .up(client.copyFail())
      .down(server.error(), server.ready());
    expect(ledger).toMatchObject({ roundTrips: 2, errors: 1 });
  });

  test('in, by a client that streams without waiting, is one wait, whenever the server asks for the data', () => {
    const data = client.copyData(Buffer.alloc(100));
    const talk = converse()
      .login()
      // The server asked before the first data came: that may be a client that waits.
      .up(client.query('COPY t FROM STDIN'))
      .down(server.copyIn())
      .up(data, client.copyDone())
      .down(server.complete('COPY 1'), server.ready());
    expect(talk.ledger.roundTrips).toBe(2);
    // Data before the server asked: this one does not.
    talk
      .up(client.query('COPY t FROM STDIN'), data)
      .down(server.copyIn())
      .up(data, data)
      .up(client.copyDone())
      .down(server.complete('COPY 1'), server.ready());
    expect(talk.ledger.roundTrips).toBe(2);
    talk
      .up(client.parse('COPY t FROM STDIN'), client.bind(), client.execute(), client.sync())
      .down(server.parseComplete(), server.bindComplete(), server.copyIn())
      .up(data)
      .up(client.copyDone(), client.sync())
      .down(server.complete('COPY 1'), server.ready())
      .up(client.query('SELECT 1'))
      .down(server.complete(), server.ready());
    expect(talk.ledger).toMatchObject({ roundTrips: 4, copies: 3, overlapped: 0 });
  });

  test('in, with data sooner after the answer than anybody could react, is one wait', () => {
    const { ledger } = converse()
      .login()
      .up(client.query('COPY t FROM STDIN'))
      .down(server.copyIn())
      .wait(-0.99)
      .up(client.copyData(Buffer.alloc(100)), client.copyDone())
      .down(server.complete('COPY 1'), server.ready());
    expect(ledger).toMatchObject({ roundTrips: 1, copies: 1 });
  });

  test('out is one wait however long it is', () => {
    const { ledger } = converse()
      .login()
      .up(client.query('COPY t TO STDOUT'))
      .down(server.copyOut(), server.copyData(Buffer.alloc(100)))
      .down(server.copyData(Buffer.alloc(100)))
      .down(server.copyDone(), server.complete('COPY 2'), server.ready());
    expect(ledger).toMatchObject({ roundTrips: 1, copies: 1, messagesDown: 6 });
  });
});

describe('holds and transactions', () => {
  test('a transaction lasts from its first byte to its ReadyForQuery', () => {
    const { ledger } = converse()
      .login()
      .up(client.query('BEGIN'))
      .down(server.complete('BEGIN'), server.ready('T'))
      .up(client.query('SELECT 1'))
      .down(server.complete(), server.ready('T'))
      .up(client.query('COMMIT'))
      .down(server.complete('COMMIT'), server.ready());
    expect(ledger.transactions).toMatchObject({ count: 1, maxMs: 5 });
    expect(ledger.clientGap.count).toBe(3);
  });

  test('a hold ends when the client stays away', () => {
    const talk = converse().login();
    for (let request = 0; request < 3; request += 1) {
      for (let query = 0; query < 2; query += 1) {
        talk.up(client.query('SELECT 1')).down(server.complete(), server.ready());
      }
      talk.wait(50);
    }
    expect(talk.close().ledger.holds).toMatchObject({ count: 3, maxMs: 3 });
  });
});

describe('encrypted past the tap', () => {
  const record = (type: number, length: number): Buffer =>
    Buffer.concat([Buffer.from([type, 3, 3, length >> 8, length & 255]), Buffer.alloc(length, 9)]);
  const changeCipher = record(20, 1);
  const started = () => converse().up(client.sslRequest()).down(Buffer.from('S'));

  test('TLS 1.3: the tickets that follow a lone Finished are no answer', () => {
    const { ledger } = started()
      .up(record(22, 300))
      .down(record(22, 122), changeCipher, record(23, 1000))
      .up(changeCipher, record(23, 69))
      .down(record(23, 250), record(23, 250)) // two tickets
      .up(record(23, 80)) // the startup message
      .down(record(23, 40));
    expect(ledger).toMatchObject({ roundTrips: 3, connectRoundTrips: { tcp: 0, tls: 2 }, encrypted: 1, unparsed: 0 });
    expect(ledger.connectRoundTrips).not.toHaveProperty('auth');
  });

  test('direct TLS (sslnegotiation=direct): the handshake is a wait, as behind a request', () => {
    const { ledger } = converse()
      .up(record(22, 300))
      .down(record(22, 122), changeCipher, record(23, 1000))
      .up(changeCipher, record(23, 69), record(23, 80))
      .down(record(23, 40));
    expect(ledger).toMatchObject({ roundTrips: 2, connectRoundTrips: { tcp: 0, tls: 1 }, encrypted: 1, unparsed: 0 });
  });

  test('TLS 1.3: a Finished that brings the first request along waits once', () => {
    const { ledger } = started()
      .up(record(22, 300))
      .down(record(22, 122), changeCipher, record(23, 1000))
      .up(changeCipher, record(23, 69), record(23, 80))
      .down(record(23, 250), record(23, 250))
      .down(record(23, 40))
      .up(record(23, 80))
      .down(record(23, 40));
    expect(ledger).toMatchObject({ roundTrips: 4, connectRoundTrips: { tls: 2 } });
  });

  test('TLS 1.3: a server that wants another key exchange asks again, and that is a wait', () => {
    const { ledger } = started()
      .up(record(22, 300))
      .down(record(22, 88), changeCipher)
      .up(changeCipher, record(22, 340))
      .down(record(22, 155), record(23, 1000))
      .up(record(23, 69), record(23, 80))
      .down(record(23, 40));
    expect(ledger).toMatchObject({ roundTrips: 4, connectRoundTrips: { tls: 3 } });
  });

  test('TLS 1.3: a client that is asked for a certificate has none, or has one, and then its Finished', () => {
    for (const certificate of [[record(23, 25)], [record(23, 900), record(23, 281)]]) {
      const { ledger } = started()
        .up(record(22, 300))
        .down(record(22, 122), changeCipher, record(23, 1000))
        .up(changeCipher, ...certificate, record(23, 69))
        .down(record(23, 282), record(23, 282)) // two tickets
        .up(record(23, 76))
        .down(record(23, 41));
      expect(ledger).toMatchObject({ roundTrips: 3, connectRoundTrips: { tls: 2 } });
    }
  });

  test('nobody waits for the alerts of a closing connection', () => {
    const { ledger } = started()
      .up(record(22, 300))
      .down(record(22, 122), changeCipher, record(23, 1000))
      .up(changeCipher, record(23, 69), record(23, 80))
      .down(record(23, 40))
      .up(record(23, 22)) // Terminate
      .down(record(23, 19))
      .up(record(23, 19));
    expect(ledger.roundTrips).toBe(3);
    const leaving = started()
      .up(record(22, 300))
      .down(record(22, 122), changeCipher, record(23, 1000))
      .up(changeCipher, record(23, 69), record(23, 80))
      .down(record(23, 40))
      .up(record(23, 22), record(23, 19))
      .down(record(23, 300));
    expect(leaving.ledger.roundTrips).toBe(3);
  });

  test('TLS 1.2 takes two waits to connect', () => {
    const { ledger } = started()
      .up(record(22, 300))
      .down(record(22, 3000))
      .up(record(22, 70), changeCipher, record(22, 40))
      .down(record(22, 200), changeCipher, record(22, 40))
      .up(record(23, 80))
      .down(record(23, 40));
    expect(ledger).toMatchObject({ roundTrips: 4, connectRoundTrips: { tls: 3 } });
  });
});

describe('what is not Postgres', () => {
  test('is counted by direction, and said', () => {
    const { ledger } = converse()
      .up(Buffer.from('GET / HTTP/1.1\r\n\r\n'))
      .down(Buffer.from('HTTP/1.1 200 OK\r\n'))
      .up(Buffer.from('GET / HTTP/1.1\r\n\r\n'))
      .down(Buffer.from('HTTP/1.1 200 OK\r\n'));
    expect(ledger.unparsed).toBe(1);
    expect(ledger.unparsedReasons[0]!.reason).toContain('client');
    expect(ledger.roundTrips).toBeGreaterThan(0);
  });

  test('whatever it is, the reasons that are kept are few', () => {
    const ledger = createLedger();
    for (let length = 0; length < 500; length += 1) noteUnparsed(ledger, `length ${length}`);
    expect(ledger.unparsed).toBe(500);
    expect(ledger.unparsedReasons.size).toBeLessThanOrEqual(51);
    expect([...ledger.unparsedReasons.values()].reduce((sum, count) => sum + count, 0)).toBe(500);
  });

  test('layer 4 counts alternations without reading anything', () => {
    const { ledger } = converse('layer4')
      .up(Buffer.from('a'))
      .up(Buffer.from('b'))
      .down(Buffer.from('c'))
      .up(Buffer.from('d'))
      .down(Buffer.from('e'));
    expect(ledger).toMatchObject({ roundTrips: 2, bytesUp: 3, bytesDown: 2, messagesUp: 0 });
  });
});
