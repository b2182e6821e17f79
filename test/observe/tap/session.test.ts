import { describe, expect, test } from 'vitest';
import { createLedger, resetLedger } from '../../../src/observe/tap/ledger.ts';
import { createSession, type Session } from '../../../src/observe/tap/session.ts';
import { snapshotOf } from '../../../src/observe/tap/snapshot.ts';
import { createTrace } from '../../../src/observe/tap/trace.ts';
import { client, join, server } from './wire.ts';

/** A conversation with a tap, a millisecond between any two chunks. */
const converse = (count: 'messages' | 'layer4' = 'messages', holdStart?: string) => {
  const ledger = createLedger();
  const trace = createTrace(100);
  const session: Session = createSession(ledger, {
    count,
    isTcp: false,
    connection: 1,
    openedNs: 0,
    holdStart: () => holdStart,
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
      return snapshotOf(ledger, [session.counts], trace.read());
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
      turnarounds: 4,
      connects: 1,
      connectTurnarounds: { tcp: 0, tls: 1, auth: 3 },
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
    expect(ledger).toMatchObject({ turnarounds: 2, connectTurnarounds: { auth: 1 }, unparsed: 0 });
  });

  test('GSS, then SSL, then in clear: each answer is one byte', () => {
    const { ledger } = converse()
      .up(client.gssRequest())
      .down(Buffer.from('N'))
      .up(client.sslRequest())
      .down(Buffer.from('N'))
      .up(client.startup())
      .down(server.auth(0), server.ready());
    expect(ledger).toMatchObject({ turnarounds: 3, connectTurnarounds: { tls: 2, auth: 1 }, unparsed: 0 });
  });

  test('a cancel request waits for nothing', () => {
    const { ledger } = converse().up(client.cancel());
    expect(ledger).toMatchObject({ turnarounds: 0, cancels: 1, unparsed: 0 });
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
    expect(ledger).toMatchObject({ turnarounds: 2, readyForQuery: 2, statements: 1, prepares: 1, executes: 1 });
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
    expect(ledger).toMatchObject({ turnarounds: 2, readyForQuery: 1, overlapped: 0 });
  });

  test('a pipeline of 100 queries is one wait', () => {
    const one = [client.parse('SELECT 1'), client.bind(), client.describe(), client.execute(), client.sync()];
    const { ledger } = converse()
      .login()
      .up(...Array.from({ length: 100 }, () => join(...one)))
      .down(...Array.from({ length: 100 }, () => join(server.parseComplete(), ...rows)));
    expect(ledger).toMatchObject({ turnarounds: 1, readyForQuery: 100, statements: 100, overlapped: 0 });
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
    expect(ledger).toMatchObject({ turnarounds: 2, overlapped: 1, readyForQuery: 4 });
  });

  test('an answer in many pieces is one wait, and its time is streamed', () => {
    const { ledger } = converse()
      .login()
      .up(client.query('SELECT 1'))
      .down(server.rowDescription())
      .down(server.row())
      .down(server.complete(), server.ready());
    expect(ledger.turnarounds).toBe(1);
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
    expect(ledger).toMatchObject({ turnarounds: 1, readyForQuery: 2 });
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
    expect(ledger).toMatchObject({ turnarounds: 1, statements: 1 });
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
    expect(ledger).toMatchObject({ turnarounds: 2, errors: 1, overlapped: 0, readyForQuery: 3 });
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
    expect(ledger).toMatchObject({ turnarounds: 3, errors: 1, overlapped: 0 });
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
    expect(ledger).toMatchObject({ turnarounds: 2, copies: 1, overlapped: 0, readyForQuery: 1 });
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
    expect(ledger).toMatchObject({ turnarounds: 3, copies: 1, overlapped: 0, readyForQuery: 2 });
  });

  test('in, given up by the client, is an error', () => {
    const { ledger } = converse()
      .login()
      .up(client.query('COPY t FROM STDIN'))
      .down(server.copyIn())
      .up(client.copyFail())
      .down(server.error(), server.ready());
    expect(ledger).toMatchObject({ turnarounds: 2, errors: 1 });
  });

  test('out is one wait however long it is', () => {
    const { ledger } = converse()
      .login()
      .up(client.query('COPY t TO STDOUT'))
      .down(server.copyOut(), server.copyData(Buffer.alloc(100)))
      .down(server.copyData(Buffer.alloc(100)))
      .down(server.copyDone(), server.complete('COPY 2'), server.ready());
    expect(ledger).toMatchObject({ turnarounds: 1, copies: 1, messagesDown: 6 });
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

  test('a hold begins with the statement that begins all holds, where that is known', () => {
    const learnt = converse().login().up(client.query('SELECT 1, 2')).down(server.complete(), server.ready());
    const key = learnt.ledger.statementTexts[0]!.key;
    const talk = converse('messages', key).login();
    for (let request = 0; request < 3; request += 1) {
      talk.up(client.query('SELECT 7, 8')).down(server.complete(), server.ready());
      talk.wait(20).up(client.query('SELECT now()')).down(server.complete(), server.ready());
    }
    expect(talk.close().ledger.holds).toMatchObject({ count: 3, maxMs: 23 });
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
    expect(ledger).toMatchObject({ turnarounds: 3, connectTurnarounds: { tcp: 0, tls: 2 }, encrypted: 1, unparsed: 0 });
    expect(ledger.connectTurnarounds).not.toHaveProperty('auth');
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
    expect(ledger).toMatchObject({ turnarounds: 4, connectTurnarounds: { tls: 2 } });
  });

  test('TLS 1.3: a server that wants another key exchange asks again, and that is a wait', () => {
    const { ledger } = started()
      .up(record(22, 300))
      .down(record(22, 88), changeCipher)
      .up(changeCipher, record(22, 340))
      .down(record(22, 155), record(23, 1000))
      .up(record(23, 69), record(23, 80))
      .down(record(23, 40));
    expect(ledger).toMatchObject({ turnarounds: 4, connectTurnarounds: { tls: 3 } });
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
      expect(ledger).toMatchObject({ turnarounds: 3, connectTurnarounds: { tls: 2 } });
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
    expect(ledger.turnarounds).toBe(3);
    const leaving = started()
      .up(record(22, 300))
      .down(record(22, 122), changeCipher, record(23, 1000))
      .up(changeCipher, record(23, 69), record(23, 80))
      .down(record(23, 40))
      .up(record(23, 22), record(23, 19))
      .down(record(23, 300));
    expect(leaving.ledger.turnarounds).toBe(3);
  });

  test('TLS 1.2 takes two waits to connect', () => {
    const { ledger } = started()
      .up(record(22, 300))
      .down(record(22, 3000))
      .up(record(22, 70), changeCipher, record(22, 40))
      .down(record(22, 200), changeCipher, record(22, 40))
      .up(record(23, 80))
      .down(record(23, 40));
    expect(ledger).toMatchObject({ turnarounds: 4, connectTurnarounds: { tls: 3 } });
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
    expect(ledger.turnarounds).toBeGreaterThan(0);
  });

  test('layer 4 counts alternations without reading anything', () => {
    const { ledger } = converse('layer4')
      .up(Buffer.from('a'))
      .up(Buffer.from('b'))
      .down(Buffer.from('c'))
      .up(Buffer.from('d'))
      .down(Buffer.from('e'));
    expect(ledger).toMatchObject({ turnarounds: 2, bytesUp: 3, bytesDown: 2, messagesUp: 0 });
  });
});
