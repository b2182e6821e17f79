import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { listListening } from '../../../src/agent/processes/listening.ts';
import { parseSocketTable } from '../../../src/base/index.ts';
import { describeListening } from '../../../src/components/app/listens-elsewhere.ts';

const there = { host: '127.0.0.1', port: 43_525 };

describe('where a server listens', () => {
  test('is read of the kernel', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    expect(listListening([process.pid])).toContainEqual({ address: '0100007F', port });
    expect(describeListening(listListening([process.pid]), { host: '127.0.0.1', port })).toBeUndefined();
    expect(describeListening(listListening([process.pid]), { host: '10.1.2.3', port })).toMatch(/not at 10.1.2.3/);
    await new Promise((resolve) => server.close(resolve));
  });

  test('and what it says is a text of any kind', () => {
    fc.assert(fc.property(fc.string(), (text) => Array.isArray(parseSocketTable(text, 'listening'))));
  });

  test.each([
    { name: 'nowhere yet', sockets: [], says: undefined },
    { name: 'every address', sockets: [{ address: '00000000', port: 43_525 }], says: undefined },
    { name: 'every address of IPv6', sockets: [{ address: '0'.repeat(32), port: 43_525 }], says: undefined },
    {
      name: 'IPv4 within IPv6',
      sockets: [{ address: '0000000000000000FFFF00000100007F', port: 43_525 }],
      says: undefined,
    },
    { name: 'another port', sockets: [{ address: '00000000', port: 8080 }], says: /^It listens on 8080, not on 43525/ },
    {
      name: 'the right one beside another',
      sockets: [
        { address: '00000000', port: 8080 },
        { address: '0100007F', port: 43_525 },
      ],
      says: undefined,
    },
  ])('$name', ({ sockets, says }) => {
    const said = describeListening(sockets, there);
    if (says === undefined) expect(said).toBeUndefined();
    else expect(said).toMatch(says);
  });
});
