import { describe, expect, test } from 'vitest';
import { parseAddress } from '../../../src/wire/index.ts';

describe('an address', () => {
  test('is a host and port, a port, or the path of a socket', () => {
    expect(parseAddress('db:5432')).toEqual({ host: 'db', port: 5432 });
    expect(parseAddress('[::1]:5432')).toEqual({ host: '::1', port: 5432 });
    expect(parseAddress('5432')).toEqual({ host: '127.0.0.1', port: 5432 });
    expect(parseAddress('./s')).toEqual({ path: './s' });
  });

  test('is a path of 107 bytes at most: Linux would take the beginning of a longer one', () => {
    const path = `/${'p'.repeat(106)}`;
    expect(parseAddress(path)).toEqual({ path });
    expect(() => parseAddress(`${path}p`)).toThrow('108 bytes');
    expect(() => parseAddress(`/${'é'.repeat(54)}`)).toThrow('109 bytes');
  });
});
