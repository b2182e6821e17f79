import { expect, test } from 'vitest';
import { startDeadline, unlessAborted } from '../../src/base/index.ts';
import { whileCollecting } from '../support/collect-garbage.ts';

const never = () => new Promise<never>(() => {});

test('a deadline fires although garbage is collected while it waits', async () => {
  const parent = new AbortController();
  using deadline = startDeadline(150, parent.signal);
  await expect(whileCollecting(unlessAborted(never(), deadline.signal))).rejects.toThrow('no answer within 0.15 s');
});

test('a deadline ends with the signal that it belongs to, before or after it began', async () => {
  const parent = new AbortController();
  using early = startDeadline(60_000, parent.signal);
  parent.abort(new Error('interrupted'));
  using late = startDeadline(60_000, parent.signal);
  await expect(unlessAborted(never(), early.signal)).rejects.toThrow('interrupted');
  await expect(unlessAborted(never(), late.signal)).rejects.toThrow('interrupted');
});

test('a deadline beyond the reach of timers does not fire at once', async () => {
  using deadline = startDeadline(1e15);
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(deadline.signal.aborted).toBe(false);
});

test('work that is done in time gives its value', async () => {
  using deadline = startDeadline(60_000);
  expect(await unlessAborted(Promise.resolve(7), deadline.signal)).toBe(7);
});
