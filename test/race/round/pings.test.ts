import { expect, test } from 'vitest';
import { parseRoundTrip } from '../../../src/race/round/pings.ts';

test('of what ping prints, the lines of answers have a round trip', () => {
  expect(parseRoundTrip('64 bytes from 198.18.7.13: icmp_seq=1 ttl=64 time=3.62 ms')).toBe(3.62);
  expect(parseRoundTrip('64 bytes from 198.18.7.13: icmp_seq=2 ttl=64 time=30 ms')).toBe(30);
  expect(parseRoundTrip('64 bytes from 198.18.7.13: icmp_seq=3 ttl=64 time=2010 ms')).toBe(2010);
});

test.each([
  'PING 198.18.7.13 (198.18.7.13) 56(84) bytes of data.',
  'rtt min/avg/max/mdev = 0.031/0.040/0.049/0.009 ms',
  'From 198.18.7.1 icmp_seq=1 Destination Host Unreachable',
  '',
])('%j has none', (line) => {
  expect(parseRoundTrip(line)).toBeUndefined();
});
