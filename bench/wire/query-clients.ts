import { connect } from 'node:net';
import { encodeHistogram, Histogram } from '../../src/stats/index.ts';

// `PORT CONNECTIONS SECONDS`: each connection runs `SELECT 1` over and over. Says `warm` when what is between has seen enough of
// it to be compiled, and SECONDS later the histogram of the round trips since then (ns).
const [port, connections, seconds] = process.argv.slice(2).map(Number) as [number, number, number];
const warmUpMs = 1500;
const histogram = new Histogram(60e9);
const body = Buffer.from('user\0trusted\0database\0postgres\0\0');
const startup = Buffer.alloc(8);
startup.writeInt32BE(body.length + 8, 0);
startup.writeInt32BE(196608, 4);
const query = Buffer.from('Q\0\0\0\rSELECT 1\0', 'latin1');
const readyForQuery = Buffer.from('Z\0\0\0\x05I', 'latin1');
let isWarm = false;
let isOver = false;
let open = connections;

for (let index = 0; index < connections; index += 1) {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  let sentMs = 0;
  socket.on('error', () => socket.destroy());
  socket.write(Buffer.concat([startup, body]));
  socket.on('data', (chunk: Buffer) => {
    if (!chunk.subarray(-6).equals(readyForQuery)) return;
    const nowMs = performance.now();
    if (isWarm && sentMs > 0) histogram.record(Math.round((nowMs - sentMs) * 1e6));
    if (isOver) socket.end(Buffer.from('X\0\0\0\x04', 'latin1'));
    else {
      sentMs = nowMs;
      socket.write(query);
    }
  });
  socket.on('close', () => {
    open -= 1;
    if (open === 0) process.exit(0);
  });
}
setTimeout(() => {
  isWarm = true;
  process.stdout.write('warm\n');
  setTimeout(() => {
    process.stdout.write(`${encodeHistogram(histogram)}\n`);
    isWarm = false;
    isOver = true;
  }, seconds * 1000);
}, warmUpMs);
