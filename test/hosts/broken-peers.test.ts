import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { connect, performServerHandshake, type ServerHttp2Stream } from 'node:http2';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Duplex, duplexPair } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { agentProgram, collectBody, sessionOptions } from '../../src/agent/index.ts';
import { startAgentChild } from '../../src/hosts/agent-child.ts';
import { connectHost } from '../../src/hosts/connect-host.ts';
import type { Host } from '../../src/hosts/index.ts';
import { script } from '../support/host.ts';

describe('a controller is told by a typed error', () => {
  const start = (command: readonly [string, ...string[]]): Promise<Host> =>
    startAgentChild({ name: 'far', address: '127.0.0.1', command, env: {} });

  test.each([
    {
      name: 'when something else talks on the stream, with its words',
      command: ['sh', '-c', 'echo "Welcome to far.example! You have mail."; sleep 5'],
      code: 'host.protocol',
      message: /Host far: .*not the protocol; it began with "Welcome to far\.example/,
    },
    {
      name: 'when what should be the agent ends at once, with what it printed',
      command: ['sh', '-c', 'echo "node: not found" >&2; exit 127'],
      code: 'host.unreachable',
      message: /Host far was not reached: [\s\S]*\| node: not found/,
    },
    {
      name: 'when the command that should reach it is not there',
      command: ['/no/such/ssh'],
      code: 'host.unreachable',
      message: /\/no\/such\/ssh could not be started/,
    },
  ] as const)('$name', async ({ command, code, message }) => {
    await expect(start(command)).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
    });
  });

  test('when random bytes come, or what begins like the protocol and goes on with them', async () => {
    const settings = "printf '\\000\\000\\000\\004\\000\\000\\000\\000\\000'";
    const starts = Array.from({ length: 20 }, (_, turn) =>
      start(['sh', '-c', `${turn % 2 === 0 ? ':' : settings}; head -c ${turn < 10 ? 300_000 : 3_000} /dev/urandom`]),
    );
    for (const outcome of await Promise.allSettled(starts))
      expect(outcome).toMatchObject({
        status: 'rejected',
        reason: {
          code: expect.stringMatching(/^host\.(protocol|unreachable)$/),
          message: expect.stringContaining('Host far'),
        },
      });
  });

  test('when nobody says hello', async () => {
    const [ours] = duplexPair();
    await expect(
      connectHost({ readable: ours, writable: ours }, { name: 'mute', address: '127.0.0.1', helloWithinMs: 200 }),
    ).rejects.toMatchObject({
      code: 'host.unreachable',
      message: expect.stringContaining('no hello within 0.2 s'),
    });
  });

  /** An agent that says hello and then answers as it is told to. */
  const startOdd = async (answer: (stream: ServerHttp2Stream, far: Duplex) => void): Promise<Host> => {
    const [ours, far] = duplexPair();
    far.on('error', () => {});
    const session = performServerHandshake(far, sessionOptions);
    session.on('error', () => {});
    session.on('stream', (stream, headers) => {
      stream.on('error', () => {});
      if (headers[':path'] !== '/call/hello') return answer(stream, far);
      stream.respond({ ':status': 200 });
      stream.end(JSON.stringify({ version: 1, pid: 1, folder: '/tmp' }));
    });
    return connectHost({ readable: ours, writable: ours }, { name: 'odd', address: '127.0.0.1' });
  };

  test.each([
    { name: 'no JSON', body: 'yes', message: /no JSON: "yes"/ },
    { name: 'nothing', body: '', message: /no JSON/ },
    { name: 'another shape', body: '{"paths":"/bin/sh"}', message: /paths/ },
    { name: 'a relative path', body: '{"paths":["sh"]}', message: /absolute path/ },
  ])('when an answer is $name', async ({ body, message }) => {
    await using host = await startOdd((stream) => {
      stream.respond({ ':status': 200 });
      stream.end(body);
    });
    await expect(host.which('sh')).rejects.toMatchObject({
      code: 'host.protocol',
      message: expect.stringMatching(message),
    });
  });

  test('when a refusal has a code that is none', async () => {
    await using host = await startOdd((stream) => {
      stream.respond({ ':status': 500 });
      stream.end('{"code":"made.up","message":"x"}');
    });
    await expect(host.which('sh')).rejects.toMatchObject({ code: 'host.protocol' });
  });

  test('when an answer has no end, before it fills the memory', async () => {
    await using host = await startOdd((stream) => {
      stream.respond({ ':status': 200 });
      const more = (): void => {
        while (stream.write(Buffer.alloc(2 ** 20, 0x20)));
      };
      stream.on('drain', more);
      more();
    });
    await expect(host.which('sh')).rejects.toMatchObject({
      code: 'host.protocol',
      message: expect.stringContaining('longer than'),
    });
    // The one call has failed, not the host.
    await expect(host.facts()).rejects.toMatchObject({ code: 'host.protocol' });
  });

  test('when an answer breaks off', async () => {
    await using host = await startOdd((stream) => {
      stream.respond({ ':status': 200 });
      stream.write('{"paths":');
      setTimeout(() => stream.destroy(new Error('the odd agent broke')), 50);
    });
    await expect(host.which('sh')).rejects.toMatchObject({ code: expect.stringMatching(/^host\.(refused|protocol)$/) });
  });

  test('when the stream breaks in the middle of everything', async () => {
    await using host = await startOdd((_, far) => far.destroy());
    await expect(Promise.all([host.which('sh'), host.facts()])).rejects.toMatchObject({ code: 'host.lost' });
    expect((await host.lost).code).toBe('host.lost');
  });

  test('when the agent turns to nonsense', async () => {
    await using host = await startOdd((_, far) => void far.write('x'.repeat(1_000)));
    // HTTP/2 tells the other side only, which does not listen; that it answers no more is seen all the same.
    await expect(host.which('sh')).rejects.toMatchObject({ code: expect.stringMatching(/^host\.(protocol|lost)$/) });
    expect((await host.lost).code).toMatch(/^host\.(protocol|lost)$/);
  });

  test('when a file breaks off', async () => {
    await using host = await startOdd((stream) => {
      stream.respond({ ':status': 200, 'content-length': 2_000 });
      stream.end(Buffer.alloc(1_000));
    });
    const file = await host.files.read('/any');
    await expect(
      (async () => {
        for await (const _ of file);
      })(),
    ).rejects.toMatchObject({ code: 'host.lost', message: 'A file broke off after 1000 of 2000 bytes.' });
  });
});

describe('an agent', () => {
  interface Raw extends AsyncDisposable {
    readonly child: ChildProcess;
    readonly stream: Duplex;
    readonly exited: Promise<unknown>;
    readonly tmp: string;
  }
  const startRaw = (): Raw => {
    const tmp = mkdtempSync(join(tmpdir(), 'agent-test-'));
    const child = spawn(process.execPath, [agentProgram], {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...process.env, TMPDIR: tmp },
    });
    const exited = once(child, 'exit');
    return {
      child,
      tmp,
      exited,
      stream: Duplex.from({ readable: child.stdout, writable: child.stdin }),
      async [Symbol.asyncDispose]() {
        child.kill('SIGKILL');
        await exited;
        rmSync(tmp, { recursive: true, force: true });
      },
    };
  };

  test('ends and leaves nothing whatever bytes come instead of the protocol', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 24, maxLength: 4_096 }), fc.boolean(), async (bytes, isPrefaced) => {
        await using raw = startRaw();
        if (isPrefaced) raw.child.stdin!.write('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
        raw.child.stdin!.on('error', () => {});
        raw.child.stdin!.end(bytes);
        await raw.exited;
        expect(readdirSync(raw.tmp)).toEqual([]);
      }),
      { numRuns: 6 },
    );
  });

  test.each([
    { name: 'SETTINGS of a length that is none', bytes: '000005040000000000' + '6162636465' },
    { name: 'a request of bytes that are no headers', bytes: '000000040000000000' + '000003010500000001' + 'ffffff' },
    { name: 'a frame of another connection', bytes: '000000000000000000' },
  ])('ends with its controller after $name', async ({ bytes }) => {
    await using raw = startRaw();
    raw.child.stdin!.on('error', () => {});
    raw.child.stdin!.end(Buffer.concat([Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'), Buffer.from(bytes, 'hex')]));
    await raw.exited;
    expect(readdirSync(raw.tmp)).toEqual([]);
  });

  test('refuses what is no message of the protocol, and goes on', async () => {
    await using raw = startRaw();
    const session = connect('http://agent', { ...sessionOptions, createConnection: () => raw.stream });
    const ask = async (path: string, body: string, method = 'POST'): Promise<{ status: number; body: unknown }> => {
      const stream = session.request({ ':method': method, ':path': path }, { endStream: false });
      stream.on('error', () => {});
      stream.end(body);
      const [headers] = (await once(stream, 'response')) as [{ ':status': number }];
      return { status: headers[':status'], body: await collectBody(stream, 1e6) };
    };
    const long = { commands: ['x'.repeat(5 * 2 ** 20)] };
    for (const [path, body] of [
      ['/call/no-such', '{}'],
      ['/call/constructor', '{}'],
      ['/no/such', ''],
      ['/call/hello', '{"version":2}'],
      ['/call/hello', 'hello'],
      ['/call/hello', ''],
      ['/call/which', JSON.stringify(long)],
      ['/call/which', '{"commands":[1]}'],
      ['/call/start', '{"name":"x","command":[],"env":{},"logFile":"/tmp/x"}'],
      ['/call/start', '{"name":"x","command":["sh"],"env":{"A":"\\u0000"},"logFile":"/tmp/x"}'],
      ['/call/run', '{"command":["sh"],"cwd":"relative"}'],
      ['/call/make-folder', '{"name":"../up","mode":448}'],
      ['/pipes?process=0', ''],
      ['/pipes', ''],
      ['/connect?port=70000&address=127.0.0.1', ''],
      ['/file?path=relative', ''],
      ['//%', ''],
    ] as const) {
      expect(await ask(path, body), path).toMatchObject({ status: 400, body: { code: 'host.protocol' } });
    }
    for (const [path, body] of [
      ['/call/wait', '{"process":7}'],
      ['/call/signal', '{"process":7,"signal":"SIGKILL"}'],
      ['/pipes?process=7', ''],
    ] as const) {
      expect(await ask(path, body), path).toMatchObject({ status: 400, body: { code: 'host.refused' } });
    }
    expect(await ask('/call/hello', '{"version":1}')).toMatchObject({ status: 200 });
    session.destroy();
    await raw.exited;
    expect(readdirSync(raw.tmp)).toEqual([]);
  });

  test('survives a controller that opens and breaks off requests as fast as it can', async () => {
    await using raw = startRaw();
    const session = connect('http://agent', { ...sessionOptions, createConnection: () => raw.stream });
    session.on('error', () => {});
    for (let turn = 0; turn < 20 && !session.destroyed; turn += 1) {
      for (let index = 0; index < 50; index += 1) {
        const stream = session.request({ ':method': 'POST', ':path': '/call/run' }, { endStream: false });
        stream.on('error', () => {});
        stream.end(JSON.stringify({ command: script('setTimeout(() => {}, 1e6)') }));
        setTimeout(() => stream.close(8), index);
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    session.destroy();
    await raw.exited;
    expect(readdirSync(raw.tmp)).toEqual([]);
  });
});
