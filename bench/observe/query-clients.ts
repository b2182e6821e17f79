import { connect } from 'node:net';
import { encodeHistogram, Histogram } from '../../src/stats/index.ts';

// `PORT CONNECTIONS SECONDS`: each connection runs `SELECT 1` over and over; prints round trips and their times (ns).
const [port, connections, seconds] = process.argv.slice(2).map(Number) as [number, number, number];
const histogram = new Histogram(60e9);
const body = Buffer.from('user\0trusted\0database\0postgres\0\0');
const startup = Buffer.alloc(8);
startup.writeInt32BE(body.length + 8, 0);
startup.writeInt32BE(196608, 4);
const query = Buffer.from('Q\0\0\0\rSELECT 1\0', 'latin1');
const readyForQuery = Buffer.from('Z\0\0\0\x05I', 'latin1');
const startMs = performance.now() + 500;
const endMs = startMs + seconds * 1000;
let open = connections;

for (let index = 0; index < connections; index += 1) {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  let sentMs = 0;
  socket.write(Buffer.concat([startup, body]));
  socket.on('data', (chunk: Buffer) => {
    if (!chunk.subarray(-6).equals(readyForQuery)) return;
    const nowMs = performance.now();
    if (sentMs > startMs) histogram.record(Math.round((nowMs - sentMs) * 1e6));
    if (nowMs > endMs) socket.end(Buffer.from('X\0\0\0\x04', 'latin1'));
    else {
      sentMs = performance.now();
      socket.write(query);
    }
  });
  socket.on('close', () => {
    open -= 1;
    if (open === 0) process.stdout.write(`${encodeHistogram(histogram)}\n`);
  });
}
