import type { Socket } from 'node:net';
import { expect, test } from 'vitest';
import type { ContractProbe } from '../../../src/plan/index.ts';
import { checkContract } from '../../../src/race/contract/probes.ts';
import { whileCollecting } from '../../support/collect-garbage.ts';
import { type Script, startScriptedServer } from '../../support/scripted-server.ts';

const probe: ContractProbe = {
  name: 'it answers',
  request: { method: 'GET', path: '/', headers: {} },
  check: () => undefined,
};
const check = async (script: Script, timeoutMs: number, signal = new AbortController().signal) => {
  await using server = await startScriptedServer(script);
  return await whileCollecting(checkContract({ host: '127.0.0.1', port: server.port }, [probe], { timeoutMs, signal }));
};

test.each([
  { name: 'that never comes', script: () => {} },
  { name: 'whose body never ends', script: (socket) => trickle(socket) },
] satisfies readonly { name: string; script: Script }[])(
  'an answer $name breaks the contract in time',
  async ({ script }) => {
    expect(await check(script, 300)).toMatchObject({
      ok: false,
      mismatches: [{ path: 'answer', actual: expect.stringMatching(/abort|no answer within 0\.3 s/) }],
    });
  },
);

test('an answer that floods is not kept in memory', async () => {
  const before = process.memoryUsage().arrayBuffers;
  let highest = 0;
  const timer = setInterval(() => {
    highest = Math.max(highest, process.memoryUsage().arrayBuffers - before);
  }, 5);
  const result = await check(flood, 60_000);
  clearInterval(timer);
  expect(result.mismatches).toMatchObject([{ actual: 'the body is longer than 64 MiB' }]);
  expect(highest).toBeLessThan(200 * 2 ** 20);
});

test('an interrupt ends the check at once', async () => {
  const controller = new AbortController();
  setTimeout(() => controller.abort(new Error('interrupted')), 50);
  await expect(check(() => {}, 60_000, controller.signal)).rejects.toThrow('interrupted');
});

const head = 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n';

const trickle = (socket: Socket): void => {
  socket.write(head);
  const timer = setInterval(() => socket.write('1\r\nx\r\n'), 10);
  socket.once('close', () => clearInterval(timer));
};

const flood: Script = (socket) => {
  const chunk = Buffer.concat([Buffer.from('100000\r\n'), Buffer.alloc(0x100000, 'x'), Buffer.from('\r\n')]);
  const more = () => {
    if (socket.destroyed) return;
    if (socket.write(chunk)) setImmediate(more);
    else socket.once('drain', more);
  };
  socket.write(head);
  more();
};
