import { once } from 'node:events';
import { connect, createServer, type Server } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runProgram } from '../../src/cli/terminal/program.ts';
import { client, join, server as wire } from './wire.ts';

let database: Server;
let upstream: string;
beforeAll(async () => {
  // Says what a Postgres would to a startup and a query.
  database = createServer((socket) => {
    socket.once('data', () => {
      socket.write(join(wire.auth(0), wire.ready()));
      socket.on('data', () => socket.write(join(wire.rowDescription(), wire.row(), wire.complete(), wire.ready())));
    });
    socket.on('error', () => undefined);
  }).listen(0, '127.0.0.1');
  await once(database, 'listening');
  upstream = String((database.address() as { port: number }).port);
});
afterAll(() => void database.close());

/** Runs `pitwall tap` in this process; a client runs one query when it listens, then it is interrupted. */
const tap = (...args: readonly string[]) => tapWith([client.query("SELECT '\u001b[31m', 1")], args);
/** Each of `queries` is sent when something of the answer to the one before it has come. */
const tapWith = async (queries: readonly Buffer[], args: readonly string[]) => {
  const output = { stdout: '', stderr: '' };
  const interrupt = new AbortController();
  let queried: Promise<void> | undefined;
  const query = async (port: number): Promise<void> => {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.write(client.startup());
    await once(socket, 'data');
    for (const query of queries) {
      socket.write(query);
      await once(socket, 'data');
    }
    interrupt.abort();
    socket.destroy();
  };
  const code = await runProgram(['tap', ...args], {
    stdout: (text) => {
      output.stdout += text;
    },
    stderr: (text) => {
      output.stderr += text;
      const port = /Listening on 127\.0\.0\.1:(\d+)/.exec(text)?.[1];
      if (port !== undefined) queried = query(Number(port));
    },
    stdoutIsTty: false,
    stderrIsTty: false,
    columns: 80,
    color: false,
    signal: interrupt.signal,
    env: {},
  });
  await queried;
  return { code, ...output };
};

describe('pitwall tap', () => {
  test('prints the ledger when it is interrupted', async () => {
    const { code, stdout } = await tap('--listen', '0', '--upstream', upstream);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^round trips +3 \(connecting: TCP 1, TLS 0, login 1\)$/m);
    expect(stdout).toMatch(/^ {2}1 x {2}SELECT \?, \?$/m);
    expect(stdout).toMatch(/^ {2}1 x {2}Q\/TDCZ$/m);
    expect(stdout).not.toContain('\u001b');
  });

  test('says "at least" where queries were pipelined: then the count depends on the speed of the server', async () => {
    // The database of this test answers two queries at once with one answer.
    const twice = join(client.query('SELECT 1'), client.query('SELECT 2'));
    const { stdout } = await tapWith([twice, client.query('SELECT 3')], ['--listen', '0', '--upstream', upstream]);
    expect(stdout).toMatch(/^round trips +at least 3 \(connecting/m);
    expect(stdout).toMatch(/^overlapped +1$/m);
  });

  test('prints JSON and nothing else, through a link', async () => {
    const { code, stdout } = await tap(
      '--listen',
      '0',
      '--upstream',
      upstream,
      '--json',
      '--rtt',
      '3.6ms',
      '--rate',
      '100mbit',
    );
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      ledger: { roundTrips: 3, statements: 1, statementTexts: [{ text: 'SELECT ?, ?' }] },
      link: { askedRttMs: 3.6, rtt: { count: 2 } },
    });
  });

  test('what it cannot take is refused with the flag or address that is wrong', async () => {
    const refused = (...args: readonly string[]) => tap('--listen', '0', ...args);
    expect(await refused('--upstream', 'nowhere')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('"nowhere"'),
    });
    expect(await refused('--upstream', upstream, '--rtt', '4')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('with its unit'),
    });
    expect(await refused('--upstream', upstream, '--jitter', '1ms')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--rtt'),
    });
    expect(await refused('--upstream', upstream, '--tls', 'terminate')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--tls-key'),
    });
    const long = `/tmp/${'s'.repeat(120)}`;
    expect(await tap('--listen', long, '--upstream', upstream)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('125 bytes'),
    });
    expect(await refused('--upstream', long)).toMatchObject({ code: 2, stderr: expect.stringContaining('125 bytes') });
    const noKey = fileURLToPath(import.meta.url);
    expect(
      await refused('--upstream', upstream, '--tls', 'terminate', '--tls-key', noKey, '--tls-cert', noKey),
    ).toMatchObject({ code: 2, stderr: expect.stringContaining("can't use its TLS key") });
    expect(await tap('--listen', `127.0.0.1:${upstream}`, '--upstream', upstream)).toMatchObject({ code: 1 });
  });
});
