import { describe, expect, test } from 'vitest';
import { CookieJar } from '../../../src/load/engine/cookie-jar.ts';

const jarOf = (...batches: readonly string[][]): string => {
  const jar = new CookieJar();
  for (const batch of batches) jar.take(batch);
  return jar.header;
};

describe('a jar of cookies', () => {
  test.each([
    { name: 'keeps the latest value', batches: [['a=1', 'b=2'], ['a=3; Path=/']], header: 'a=3; b=2' },
    {
      name: 'forgets',
      batches: [
        ['a=1', 'b=2', 'c=3'],
        ['a=; x', 'b=9; Max-Age=0'],
      ],
      header: 'c=3',
    },
    { name: 'passes over what is none', batches: [['a', '=b', '']], header: '' },
    { name: 'passes over one that is too long', batches: [['a=1', `b=${'x'.repeat(4_096)}`]], header: 'a=1' },
  ])('$name', ({ batches, header }) => expect(jarOf(...batches)).toBe(header));

  test('holds no more than servers take, and the newest', () => {
    const jar = new CookieJar();
    for (let index = 0; index < 100_000; index++) jar.take([`cookie${index}=${'v'.repeat(index % 50)}`]);
    expect(jar.header.length).toBeLessThanOrEqual(8_192);
    expect(jar.header.length).toBeGreaterThan(8_000);
    expect(jar.header).toContain('cookie99999=');
  });
});
