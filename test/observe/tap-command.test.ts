import { once } from 'node:events';
import { connect, createServer, type Server } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runProgram } from '../../src/cli/program.ts';
import { client, join, server as wire } from './tap/wire.ts';

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
const tap = async (...args: readonly string[]) => {
  const output = { stdout: '', stderr: '' };
  const interrupt = new AbortController();
  let queried: Promise<void> | undefined;
  const query = async (port: number): Promise<void> => {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.write(client.startup());
    await once(socket, 'data');
    socket.write(client.query("SELECT '\u001b[31m', 1"));
    await once(socket, 'data');
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
    expect(stdout).toMatch(/^turnarounds +3 \(connecting: TCP 1, TLS 0, login 1\)$/m);
    expect(stdout).toMatch(/^ {2}1 x {2}SELECT \?, \?$/m);
    expect(stdout).toMatch(/^ {2}1 x {2}Q\/TDCZ$/m);
    expect(stdout).not.toContain('\u001b');
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
      ledger: { turnarounds: 3, statements: 1, statementTexts: [{ text: 'SELECT ?, ?' }] },
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
    expect(await tap('--listen', `127.0.0.1:${upstream}`, '--upstream', upstream)).toMatchObject({ code: 1 });
  });
});
