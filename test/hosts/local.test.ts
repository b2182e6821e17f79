import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { cpus, release } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { identify, isAlive } from '../../src/agent/index.ts';
import { readProcessStat } from '../../src/agent/processes/process-table.ts';
import { script, startTestHost, type TestHost } from '../support/host.ts';
import { until } from '../support/until.ts';

let held: TestHost;
beforeAll(async () => {
  held = await startTestHost();
});
afterAll(async () => {
  await held[Symbol.asyncDispose]();
});

const isRoot = process.getuid?.() === 0;
const spec = (name: string, command: readonly [string, ...string[]]) => ({
  name,
  command,
  env: { PATH: process.env['PATH']! },
  logFile: join(held.host.folder, `${name}.log`),
});

describe('a host', () => {
  test('says what it is and what it has', async () => {
    const { host } = held;
    expect(await host.facts()).toMatchObject({ kernel: release(), cores: cpus().length, uid: process.getuid?.() });
    expect(await host.which('sh')).toMatch(/^\/.*\/sh$/);
    expect(await host.which('/bin/sh')).toBe('/bin/sh');
    expect(await host.which('no-such-command')).toBeUndefined();
    expect(await host.which('/etc')).toBeUndefined();
  });

  test('runs commands to their end, and says how they failed', async () => {
    const { host } = held;
    expect(await host.capture(['echo', 'hello'])).toBe('hello\n');
    expect(await host.capture(['false'])).toBeUndefined();
    expect(await host.capture(['/no/such'])).toBeUndefined();
    await host.run(['true']);
    await expect(host.run(script('console.error("no luck"); process.exit(7)'))).rejects.toMatchObject({
      code: 'stage.died',
      message: expect.stringMatching(/ended with code 7[\s\S]*\| no luck/),
    });
    await expect(host.run(['/no/such'])).rejects.toMatchObject({
      code: 'stage.died',
      message: expect.stringContaining('could not be started (ENOENT)'),
    });
    await host.run(['sh', '-c', 'echo "$COLOUR in $PWD"'], {
      cwd: '/',
      env: { COLOUR: 'red' },
      logFile: join(host.folder, 'colour.log'),
    });
    expect(readFileSync(join(host.folder, 'colour.log'), 'utf8')).toBe('red in /\n');
  });

  test('ends what a command left running in the background, in a session of its own too', async () => {
    const { host } = held;
    const [plain, session] = ['plain', 'session'].map((name) => join(host.folder, name));
    const leave = (file: string): string => `sh -c 'echo $$ > ${file}; exec sleep 1000' &`;
    const wait = `while [ ! -s ${plain} ] || [ ! -s ${session} ]; do sleep 0.05; done`;
    await host.run(['sh', '-c', `${leave(plain!)} setsid ${leave(session!)} ${wait}`]);
    const runs = (file: string): boolean => {
      const stat = readProcessStat(Number(readFileSync(file, 'utf8')));
      return stat !== undefined && isAlive(stat);
    };
    expect([plain!, session!].map(runs)).toEqual([false, false]);
  });

  test('kills a command, and all that it started, when it is not wanted any more', async () => {
    const { host } = held;
    const stop = new AbortController();
    const file = join(host.folder, 'pids');
    const running = host.run(['sh', '-c', `sleep 1000 & echo $! $$ > ${file}; wait`], { signal: stop.signal });
    const pids = await until('the command', () => /^(\d+) (\d+)\n/.exec(tryRead(file)) ?? undefined);
    const processes = [identify(Number(pids[1])), identify(Number(pids[2]))];
    stop.abort(new Error('enough'));
    await expect(running).rejects.toThrow('enough');
    await until('their end', () => !processes.some(isAlive));
  });

  test('gives ports that can be listened on, below those of outgoing connections and no two alike', async () => {
    const ports = await Promise.all(Array.from({ length: 50 }, () => held.host.freePort()));
    expect(new Set(ports).size).toBe(50);
    const firstOutgoing = Number.parseInt(readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8'), 10);
    if (firstOutgoing > 21_000) for (const port of ports) expect(port).toBeLessThan(firstOutgoing);
  });

  test('reads many files of the kernel at once, and nothing else that way', async () => {
    const { host } = held;
    const { texts } = await host.files.readKernelFiles(
      ['/proc/stat', '/proc/no-such', '/proc/self/stat', '/sys'].map((path) =>
        path === '/sys' ? '/sys/kernel' : path,
      ),
    );
    expect(texts[0]).toMatch(/^cpu /);
    expect(texts[1]).toBeNull();
    expect(texts[2]).toMatch(new RegExp(`^${host.pid} `));
    expect(texts[3]).toBeNull();
    await expect(host.files.readKernelFiles(['/etc/passwd'])).rejects.toMatchObject({ code: 'host.protocol' });
  });

  test('has a clock whose distance is known within half of the smallest round trip', async () => {
    const { host } = held;
    const [first, second] = [await host.measureClock(), await host.measureClock()];
    // Both clocks are this machine's own, so that the two intervals have the truth in common.
    expect(Math.abs(first.offsetNs - second.offsetNs)).toBeLessThanOrEqual(first.errorNs + second.errorNs + 1e5);
  });

  test('answers a thousand calls at once', async () => {
    const { host } = held;
    const answers = await Promise.all(
      Array.from({ length: 1_000 }, (_, index) => (index % 2 === 0 ? host.which('sh') : host.which(`no-${index}`))),
    );
    expect(answers.filter((path) => path !== undefined)).toHaveLength(500);
  });
});

describe('a process on a host', () => {
  test('is started, seen and stopped with all of its group', async () => {
    const { host } = held;
    const file = join(host.folder, 'group');
    const process = await host.start(spec('group', ['sh', '-c', `sleep 1000 & echo $! > ${file}; wait`]));
    const child = identify(Number(await until('its child', () => /(\d+)\n/.exec(tryRead(file))?.[1])));
    await until('both asleep', async () => (await process.states()).join() === 'S,S');
    expect(await process.signal('SIGSTOP')).toBe(true);
    await until('its stop', () => readFileSync(`/proc/${process.pid}/stat`, 'utf8').includes(') T '));
    expect(await process.states()).toContain('T');
    await process[Symbol.asyncDispose]();
    expect(await process.exited).toEqual({ code: null, signal: 'SIGTERM' });
    expect(isAlive(child)).toBe(false);
    await process[Symbol.asyncDispose]();
  });

  test('that does not listen is killed after its grace', async () => {
    const process = await held.host.start({
      ...spec('deaf', script('process.on("SIGTERM", () => {}); console.log("up"); setInterval(() => {}, 1e3)')),
      graceMs: 100,
    });
    await until('its start', () => tryRead(process.logFile).includes('up'));
    await process[Symbol.asyncDispose]();
    expect(await process.exited).toEqual({ code: null, signal: 'SIGKILL' });
  });

  test('ends by itself with its code and the end of its log', async () => {
    const process = await held.host.start(spec('short', script('console.log("so it goes"); process.exit(3)')));
    expect(await process.exited).toEqual({ code: 3, signal: null });
    expect(await process.describeLog()).toMatch(/The end of .*short\.log:\n {4}\| so it goes$/);
    await process[Symbol.asyncDispose]();
  });

  test('that cannot be started is an error with its name', async () => {
    await expect(held.host.start(spec('ghost', ['/no/such']))).rejects.toMatchObject({
      code: 'stage.died',
      message: 'ghost: /no/such could not be started (ENOENT).',
    });
    await expect(held.host.start({ ...spec('lost', ['sh']), cwd: 'relative' })).rejects.toMatchObject({
      code: 'host.protocol',
      message: expect.stringContaining('cwd'),
    });
  });

  test('talks through its pipes, what it says last included', async () => {
    await using process = await held.host.start({
      ...spec('talker', script('process.stdin.on("data", (d) => process.stdout.write(String(d).toUpperCase()))')),
      piped: true,
    });
    const lines = createInterface({ input: process.pipes!.stdout })[Symbol.asyncIterator]();
    process.pipes!.stdin.write('one\n');
    expect(await lines.next()).toEqual({ value: 'ONE', done: false });
    process.pipes!.stdin.end('two\n');
    expect(await lines.next()).toEqual({ value: 'TWO', done: false });
    expect(await lines.next()).toMatchObject({ done: true });
    expect(await process.exited).toEqual({ code: 0, signal: null });
  });

  test('that ends before anybody reads has its output all the same', async () => {
    const process = await held.host.start({
      ...spec('hasty', script('process.stdout.write("x".repeat(50_000))')),
      piped: true,
    });
    await process.exited;
    let length = 0;
    for await (const chunk of process.pipes!.stdout) length += chunk.length;
    expect(length).toBe(50_000);
    await process[Symbol.asyncDispose]();
  });

  test.runIf(isRoot)('gets its user, its cores and its nice value', async () => {
    await using process = await held.host.start({
      ...spec('placed', ['sleep', '1000']),
      user: { uid: 65_534, gid: 65_534 },
      placement: { cpus: '0', nice: 7 },
    });
    const status = await until('its place', () => {
      const text = tryRead(`/proc/${process.pid}/status`);
      return /^Cpus_allowed_list:\s+0$/m.test(text) && text;
    });
    expect(status).toMatch(/^Uid:\t65534\t65534/m);
    expect(status).toMatch(/^Groups:\t *$/m);
    expect(readFileSync(`/proc/${process.pid}/stat`, 'utf8').split(') ')[1]!.split(' ')[16]).toBe('7');
  });

  test('is reached at its port and at its socket', async () => {
    const { host } = held;
    const port = await host.freePort();
    const socket = join(host.folder, 'echo.sock');
    const echo = `const net = require("net"), s = () => net.createServer({ allowHalfOpen: true }, (c) => c.pipe(c));
      s().listen(${port}, "127.0.0.1", () => s().listen("${socket}", () => console.log("listening")))`;
    await using process = await host.start(spec('echo', script(echo)));
    await until('its ports', () => tryRead(process.logFile).includes('listening'));
    for (const to of [{ port }, { socket }]) {
      const stream = await host.connect(to);
      stream.end('there and back');
      let text = '';
      for await (const chunk of stream) text += chunk;
      expect(text).toBe('there and back');
    }
    const abandoned = await host.connect({ port });
    abandoned.destroy();
    await once(abandoned, 'close');
    await expect(host.connect({ port: await host.freePort() })).rejects.toMatchObject({
      code: 'host.refused',
      message: expect.stringContaining('ECONNREFUSED'),
    });
  });
});

const tryRead = (file: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
};
