import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openSocketFor } from '../../../src/agent/index.ts';

test('a socket carries both ways whatever its stream does, in order', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 5_000 }), { maxLength: 20 }), async (chunks) => {
      const [readable, writable] = [new PassThrough(), new PassThrough()];
      const socket = await openSocketFor({ readable, writable });
      // Back to where it came from.
      socket.pipe(socket);
      const heard: Buffer[] = [];
      writable.on('data', (chunk: Buffer) => heard.push(chunk));
      const ended = once(writable, 'end');
      for (const chunk of chunks) readable.write(chunk);
      readable.end();
      await ended;
      expect(Buffer.concat(heard).equals(Buffer.concat(chunks))).toBe(true);
    }),
    { numRuns: 20 },
  );
});

test.each(['readable', 'writable'] as const)('a socket ends when its stream breaks (%s)', async (side) => {
  const streams = { readable: new PassThrough(), writable: new PassThrough() };
  const socket = await openSocketFor(streams);
  socket.resume().on('error', () => {});
  streams[side].destroy(new Error('broken'));
  await once(socket, 'close');
});

test('a stream ends when its socket is destroyed', async () => {
  const streams = { readable: new PassThrough(), writable: new PassThrough() };
  const socket = await openSocketFor(streams);
  socket.destroy();
  await Promise.all([once(streams.readable, 'close'), once(streams.writable, 'close')]);
});
