import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { PitwallError } from '../../src/base/index.ts';
import { isUrlArgument, planUrls } from '../../src/plan/index.ts';

const plan = (urls: readonly string[], more: Partial<Parameters<typeof planUrls>[1]> = {}) =>
  planUrls(urls, { overrides: {}, isVerified: true, ...more });

test('servers are called by host, port and path, or as they are named', () => {
  const { targets } = plan(['http://localhost:8080/items?q=1', 'after=https://user:pass@[::1]/a%20b', 'http://h']);
  expect(targets.map(({ name }) => name)).toEqual(['localhost:8080/items', 'after', 'h:80']);
  expect(targets[1]).toEqual({
    name: 'after',
    shown: 'https://[::1]/a%20b',
    host: '::1',
    port: 443,
    authority: '[::1]',
    isTls: true,
    path: '/a%20b',
    credentials: 'user:pass',
  });
  expect(targets[0]).toMatchObject({ path: '/items?q=1', shown: 'http://localhost:8080/items?q=…' });
});

test('rounds are as the flags say, with a plan’s defaults and its checks', () => {
  const given = plan(['http://a', 'http://b'], { overrides: { blocks: 2, duration: '3s', connections: 7 } });
  expect(given).toMatchObject({ blocks: 2, durationMs: 3_000, connections: 7, warmupMs: 2_000, retries: 1 });
  expect(() => plan(['http://a', 'http://b'], { overrides: { duration: '5x' } })).toThrow(/--duration: .*such as/);
});

test.each([
  { urls: ['http://a'], says: 'nobody to race against' },
  { urls: ['http://a', '=http://b'], says: 'is no name' },
  { urls: ['http://a', 'http://a/?x=1'], says: 'give them names of their own' },
  { urls: ['http://a', 'http://b:99999'], says: 'is not a URL' },
  { urls: ['http://a', 'http://%zz:x@b'], says: 'write it as %25' },
  { urls: Array.from({ length: 21 }, (_, index) => `http://h${index}`), says: 'more than 20' },
])('$says', ({ urls, says }) => {
  expect(() => plan(urls)).toThrow(says);
});

test('headers are lines with a name', () => {
  expect(plan(['http://a', 'http://b'], { headers: ['X-A: b: c'] }).headers).toEqual({ 'X-A': 'b: c' });
  expect(() => plan(['http://a', 'http://b'], { headers: ['secret'] })).toThrow(/no name and colon/);
});

test('any text is a URL, a named one, or refused with a sentence', () => {
  fc.assert(
    fc.property(fc.string(), fc.webUrl(), (name, url) => {
      try {
        const { targets } = plan(['http://other.example', `${name}=${url}`]);
        expect(targets).toHaveLength(2);
      } catch (error) {
        expect(error).toBeInstanceOf(PitwallError);
      }
      expect(isUrlArgument(url)).toBe(true);
    }),
    { numRuns: 50 },
  );
});
