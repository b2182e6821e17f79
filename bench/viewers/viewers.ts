import { once } from 'node:events';
import { connect } from 'node:net';

/* Viewers of a live page: `viewers.ts URL COUNT`. The last of them never reads. Says when all have been served, ends with its stdin. */
const [url = '', count = '20'] = process.argv.slice(2);
const { hostname, port, host, pathname } = new URL(`${url}events`);
await Promise.all(
  Array.from({ length: Number(count) }, async (_, index) => {
    const socket = connect(Number(port), hostname);
    await once(socket, 'connect');
    socket.write(`GET ${pathname} HTTP/1.1\r\nHost: ${host}\r\nAccept: text/event-stream\r\n\r\n`);
    if (index === Number(count) - 1) return;
    const [first] = (await once(socket, 'data')) as [Buffer];
    if (!first.toString('latin1').startsWith('HTTP/1.1 200')) throw new Error(`refused: ${first.toString('latin1')}`);
    socket.resume();
  }),
);
process.stdout.write('watching\n');
process.stdin.on('end', () => process.exit()).resume();
