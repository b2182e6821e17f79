import { expect, test } from 'vitest';
import { createScope } from '../../src/base/index.ts';

test('what was taken last is released first', async () => {
  const order: number[] = [];
  {
    await using scope = createScope();
    for (const number of [1, 2, 3]) scope.defer(() => void order.push(number));
  }
  expect(order).toEqual([3, 2, 1]);
});

test('a release that fails keeps no other from being released, and is not lost', async () => {
  const released: number[] = [];
  const scope = createScope();
  scope.defer(() => void released.push(1));
  scope.defer(() => Promise.reject(new Error('stuck')));
  scope.defer(() => void released.push(3));
  await expect(scope[Symbol.asyncDispose]()).rejects.toThrow('stuck');
  expect(released).toEqual([3, 1]);
});

test('moved resources outlive the scope that took them', async () => {
  const released: string[] = [];
  let moved = createScope();
  {
    await using scope = createScope();
    scope.defer(() => void released.push('held'));
    moved = scope.move();
  }
  expect(released).toEqual([]);
  await moved[Symbol.asyncDispose]();
  expect(released).toEqual(['held']);
});
