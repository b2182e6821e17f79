import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer as createHttp } from 'node:http';
import { createServer as createHttps } from 'node:https';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generate } from 'selfsigned';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { answer, type Script, startScriptedServer } from '../../support/scripted-server.ts';
import { hello, loaded, pitwall } from './run.ts';

let folder: string;
const file = (name: string): string => join(folder, name);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pitwall-test-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Listens on 127.0.0.1 until it is disposed of. */
const listen = async (server: Server) => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      if ('closeAllConnections' in server) (server as unknown as { closeAllConnections(): void }).closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
};

describe('-r', () => {
  const redirectTo =
    (status: number, location: string): Script =>
    (socket, request) =>
      socket.write(
        request.startsWith('GET /end') || request.startsWith('POST /end')
          ? answer('there')
          : `HTTP/1.1 ${status} Elsewhere\r\nLocation: ${location}\r\nContent-Length: 4\r\n\r\naway`,
      );

  test('follows redirects on the same connection, and counts the request once', async () => {
    const { stdout, requests, accepted } = await loaded(
      redirectTo(302, '/end?c=d#e'),
      '-n',
      '6',
      '-c',
      '1',
      '-r',
      '2',
      '-j',
    );
    const { pitwall: result } = JSON.parse(stdout);
    expect(result).toMatchObject({ counts: { ok: 6 }, statusCodes: { 200: 6 }, bodyBytes: 6 * 9 });
    expect(requests.map((text) => text.slice(0, 13))).toEqual(
      Array.from({ length: 6 }, () => ['GET /path?a=b', 'GET /end?c=d ']).flat(),
    );
    expect(accepted).toBe(1);
  });

  test.each([
    { status: 303, sends: 'GET' },
    { status: 302, sends: 'GET' },
    { status: 307, sends: 'POST' },
    { status: 308, sends: 'POST' },
  ])('after a POST answered by $status sends a $sends', async ({ status, sends }) => {
    const { requests } = await loaded(
      redirectTo(status, 'end'),
      '-n',
      '1',
      '-r',
      '1',
      '-m',
      'POST',
      '-d',
      'x',
      '-T',
      'a/b',
    );
    expect(requests[1]).toMatch(new RegExp(`^${sends} /end HTTP`));
    expect(requests[1]!.includes('Content-Type: a/b')).toBe(sends === 'POST');
    expect(requests[1]!.endsWith('\r\n\r\nx')).toBe(sends === 'POST');
  });

  test('ends one that goes round as wrong, and leaves other servers alone', async () => {
    const round = await loaded(redirectTo(302, '/again'), '-n', '2', '-c', '1', '-r', '3', '-j');
    expect(JSON.parse(round.stdout).pitwall).toMatchObject({
      counts: { wrong: 2 },
      errors: { 'too many redirects': 2 },
    });
    expect(round.requests).toHaveLength(8);
    const away = await loaded(redirectTo(302, 'http://other.test/end'), '-n', '2', '-c', '1', '-r', '3', '-j');
    expect(JSON.parse(away.stdout).pitwall).toMatchObject({ counts: { ok: 2 }, statusCodes: { 302: 2 } });
  });

  test('goes on where the redirect closed the connection, or never keeps it', async () => {
    const closing: Script = (socket, request) => {
      if (request.startsWith('GET /end')) socket.write(answer('there'));
      else socket.end('HTTP/1.1 301 Elsewhere\r\nLocation: /end\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
    };
    for (const options of [[], ['--disable-keepalive']]) {
      const { stdout } = await loaded(closing, '-n', '3', '-c', '1', '-r', '1', '-j', ...options);
      expect(JSON.parse(stdout).pitwall.counts.ok).toBe(3);
    }
  });

  test('is refused with HTTP/2', async () => {
    expect((await pitwall(['load', '--http2', '-r', '1', 'http://127.0.0.1:9/'])).code).toBe(2);
  });
});

describe('-F', () => {
  test('sends a form by POST', async () => {
    await writeFile(file('soup.txt'), 'leek');
    const form = [
      '-F',
      'name=soup',
      '-F',
      `file=@${file('soup.txt')};type=text/plain`,
      '-F',
      `text=<${file('soup.txt')}`,
    ];
    const { requests } = await loaded(hello, '-n', '1', ...form, '-F', 'a=b;filename=c.txt');
    const [, boundary] = /\r\nContent-Type: multipart\/form-data; boundary=(\S+)\r\n/.exec(requests[0]!)!;
    expect(requests[0]).toMatch(/^POST /);
    const parts = requests[0]!.split(`--${boundary}`);
    expect(parts).toHaveLength(6);
    expect(parts[1]).toMatch(/name="name"\r\n\r\nsoup\r\n$/);
    expect(parts[2]).toMatch(/name="file"; filename="soup.txt"\r\nContent-Type: text\/plain\r\n\r\nleek\r\n$/);
    expect(parts[3]).toMatch(/name="text"\r\n\r\nleek\r\n$/);
    expect(parts[4]).toMatch(/name="a"; filename="c.txt"\r\n/);
  });

  test.each([
    { options: ['-F', 'soup'], says: 'is not a form field' },
    { options: ['-F', 'a=b', '-d', 'x'], says: 'use one' },
    { options: ['-F', 'a=@/no/such/file'], says: "can't be read" },
  ])('$options is refused', async ({ options, says }) => {
    const run = await pitwall(['load', ...options, 'http://127.0.0.1:9/']);
    expect([run.code, run.stderr]).toEqual([2, expect.stringContaining(says)]);
  });
});

describe('--rand-regex-url', () => {
  test('draws URLs, in which a dot is a dot', async () => {
    await using server = await startScriptedServer(hello);
    const origin = `http://127.0.0.1:${server.port}`;
    await pitwall(['load', '-n', '40', '-c', '2', '--rand-regex-url', `${origin}/[a-c]{2}/\\d+.html`]);
    const paths = server.requests.map((text) => text.split(' ')[1]!);
    expect(paths).toHaveLength(40);
    for (const path of paths) expect(path).toMatch(/^\/[abc]{2}\/\d{1,5}\.html$/);
    expect(new Set(paths).size).toBeGreaterThan(20);
  });

  test('shows them by --dump-urls, the same for a seed', async () => {
    const dump = async (...options: string[]) =>
      (await pitwall(['load', '--rand-regex-url', '--dump-urls', '5', ...options, 'http://127.0.0.1:9/x{0,3}y*']))
        .stdout;
    expect((await dump()).trim().split('\n')).toHaveLength(5);
    expect(await dump()).toBe(await dump());
    expect(await dump('--seed', '2')).not.toBe(await dump());
    for (const url of (await dump('--max-repeat', '1')).trim().split('\n')) expect(url).toMatch(/\/x{0,3}y?$/);
  });

  test.each(['http://127.0.0.1:9/[', 'http://127.0.0.[12]:9/'])('%s is refused', async (url) => {
    expect((await pitwall(['load', '--rand-regex-url', '-n', '50', url])).code).toBe(2);
  });
});

describe('-x', () => {
  /** A proxy that only knows CONNECT, and notes what it is asked. */
  const startProxy = async (port: number, refusal = '') => {
    const heads: string[] = [];
    const server = createServer((client) => {
      client.on('error', () => {});
      client.once('data', (head) => {
        heads.push(head.toString());
        if (refusal !== '') return client.end(refusal);
        const upstream = connect(port, '127.0.0.1', () => {
          client.write('HTTP/1.1 200 OK\r\n\r\n');
          client.pipe(upstream).pipe(client);
        });
        upstream.on('error', () => client.destroy());
        client.on('close', () => upstream.destroy());
        return undefined;
      });
    });
    return { heads, proxy: await listen(server) };
  };

  test('tells the proxy the whole URL, and who asks', async () => {
    const { requests } = await loaded(hello, '-n', '1');
    expect(requests).toHaveLength(1);
    await using proxy = await startScriptedServer(hello);
    const run = await pitwall([
      ...['load', '-n', '2', '-c', '1', '-x', `http://user:pass@127.0.0.1:${proxy.port}`, '--proxy-header', 'X-A: 1'],
      'http://a.test:81/path?a=b',
    ]);
    expect(run.stdout).toContain('[200] 2 responses');
    expect(proxy.requests[0]).toMatch(/^GET http:\/\/a\.test:81\/path\?a=b HTTP\/1\.1\r\nHost: a\.test:81\r\n/);
    expect(proxy.requests[0]).toContain('\r\nProxy-Authorization: Basic dXNlcjpwYXNz\r\n');
    expect(proxy.requests[0]).toContain('\r\nX-A: 1\r\n');
  });

  test.each([{ version: '1.1' }, { version: '2' }])(
    'goes through a tunnel to https, HTTP/$version',
    async ({ version }) => {
      const { private: key, cert } = await generate([{ name: 'commonName', value: 'a.test' }], {
        extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: 'a.test' }] }],
      });
      await writeFile(file('ca.pem'), cert);
      const { createSecureServer } = await import('node:http2');
      const body = 'x'.repeat(200_000);
      const listener = (_request: unknown, response: { end(text: string): void }) => response.end(body);
      await using server = await listen(
        (version === '2'
          ? createSecureServer({ key, cert }, listener)
          : createHttps({ key, cert }, listener)) as Server,
      );
      const { heads, proxy } = await startProxy(server.port);
      await using _proxy = proxy;
      const run = await pitwall([
        ...['load', '-n', '10', '-c', '2', '-x', `http://127.0.0.1:${proxy.port}`, '--proxy-header', 'X-A: 1'],
        ...['--http-version', version, '--cacert', file('ca.pem'), '-j', 'https://a.test/'],
      ]);
      expect(JSON.parse(run.stdout).pitwall).toMatchObject({ counts: { ok: 10 }, bodyBytes: 2_000_000 });
      expect(heads).toHaveLength(2);
      expect(heads[0]).toBe('CONNECT a.test:443 HTTP/1.1\r\nHost: a.test:443\r\nX-A: 1\r\n\r\n');
    },
  );

  test('says why the proxy gave no tunnel', async () => {
    const { proxy } = await startProxy(1, 'HTTP/1.1 407 Who?\r\nContent-Length: 0\r\n\r\n');
    await using _proxy = proxy;
    const { stdout } = await pitwall([
      'load',
      '-n',
      '2',
      '-c',
      '1',
      '-x',
      `127.0.0.1:${proxy.port}`,
      '-j',
      'https://a.test/',
    ]);
    expect(JSON.parse(stdout).pitwall.errors).toEqual({ 'the proxy refused the connection: 407': 2 });
  });

  test.each([
    { options: ['--http2'], says: 'in a tunnel' },
    { options: ['--connect-to', '::a:1'], says: 'leave out' },
    { options: ['-x', 'https://127.0.0.1:9'], says: 'without TLS' },
  ])('$options is refused with it', async ({ options, says }) => {
    const run = await pitwall(['load', '-x', 'http://127.0.0.1:9', ...options, 'http://a.test/']);
    expect([run.code, run.stderr]).toEqual([2, expect.stringContaining(says)]);
  });
});

describe('connections', () => {
  test('--connect-timeout ends a dial that hangs', async () => {
    // Takes connections, and never shakes hands.
    await using server = await listen(createServer((socket) => socket.on('error', () => {}).resume()));
    const options = ['-n', '2', '-c', '1', '--connect-timeout', '100ms', '-j'];
    const { stdout } = await pitwall(['load', ...options, `https://127.0.0.1:${server.port}/`]);
    expect(JSON.parse(stdout).pitwall).toMatchObject({ counts: { reset: 2 }, errors: { 'connect timeout': 2 } });
  });

  test('--cert and --key show who the client is', async () => {
    const { private: key, cert } = await generate([{ name: 'commonName', value: 'client' }]);
    await writeFile(file('cert.pem'), cert);
    await writeFile(file('key.pem'), key);
    await using server = await listen(
      createHttps({ key, cert, ca: cert, requestCert: true, rejectUnauthorized: false }, (request, response) =>
        response.end((request.socket as unknown as { authorized: boolean }).authorized ? 'yes' : 'no'),
      ),
    );
    const ask = async (...options: string[]) =>
      JSON.parse(
        (
          await pitwall([
            'load',
            '-n',
            '4',
            '-c',
            '1',
            '--insecure',
            '-j',
            ...options,
            `https://127.0.0.1:${server.port}/`,
          ])
        ).stdout,
      ).pitwall.bodyBytes;
    expect(await ask()).toBe(4 * 'no'.length);
    expect(await ask('--cert', file('cert.pem'), '--key', file('key.pem'))).toBe(4 * 'yes'.length);
    expect((await pitwall(['load', '--cert', file('cert.pem'), 'https://a.test/'])).code).toBe(2);
    const swapped = await pitwall([
      'load',
      '--key',
      file('cert.pem'),
      '--cert',
      file('key.pem'),
      'https://127.0.0.1:9/',
    ]);
    expect([swapped.code, swapped.stderr]).toEqual([2, expect.stringContaining("can't be used")]);
  });

  test('--no-pre-lookup resolves a name as it dials', async () => {
    await using server = await startScriptedServer(hello);
    const run = await pitwall([
      'load',
      '-n',
      '4',
      '-c',
      '2',
      '--no-pre-lookup',
      '--ipv4',
      `http://localhost:${server.port}/`,
    ]);
    expect(run.stdout).toContain('[200] 4 responses');
    const lost = await pitwall(['load', '-n', '1', '--no-pre-lookup', '-j', 'http://no-such-host.invalid/']);
    expect(Object.keys(JSON.parse(lost.stdout).pitwall.errors)).toEqual([
      expect.stringContaining("name can't be resolved"),
    ]);
  });

  test('--worker-threads is --workers', async () => {
    const { stdout } = await loaded(hello, '-n', '4', '-c', '2', '--worker-threads', '2', '-j');
    expect(JSON.parse(stdout).pitwall.workers).toBe(2);
  });
});

describe('--debug', () => {
  test('sends one request, and prints it and its answer', async () => {
    const { stdout, requests, code } = await loaded(
      (socket) => socket.write(answer('hello', 'X-Soup: leek')),
      ...['--debug', '-n', '100', '-d', 'body', '-m', 'POST'],
    );
    expect([code, requests.length]).toEqual([0, 1]);
    expect(stdout).toMatch(/^POST \/path\?a=b HTTP\/1\.1\nHost: /);
    expect(stdout).toMatch(/\n\nbody\n200\ncontent-length: 5\nx-soup: leek\n\nhello\n$/);
  });

  test('says why none came', async () => {
    const run = await pitwall(['load', '--debug', 'http://127.0.0.1:9/']);
    expect([run.code, run.stdout]).toEqual([1, expect.stringContaining('no answer: connection refused')]);
  });

  test('leaves bytes that are no text to themselves', async () => {
    await using server = await listen(createHttp((_request, response) => response.end(Buffer.from([0, 1, 255]))));
    expect((await pitwall(['load', '--debug', `http://127.0.0.1:${server.port}/`])).stdout).toMatch(
      /\n\n\(3 bytes\)\n$/,
    );
  });
});
