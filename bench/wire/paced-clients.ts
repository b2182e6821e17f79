import { connect } from 'node:net';
import { encodeHistogram, Histogram } from '../../src/stats/index.ts';

// `PORT CONNECTIONS PER_SECOND SECONDS`: each connection sends 64 bytes on its schedule and waits for 256; prints
// the histogram of the round trips (from the send, ns) and how many there were.
const [port, connections, perSecond, seconds] = process.argv.slice(2).map(Number) as [number, number, number, number];
const histogram = new Histogram(60e9);
const intervalMs = (1000 * connections) / perSecond;
const startMs = performance.now() + 300;
const endMs = startMs + seconds * 1000;
const message = Buffer.alloc(64, 'q');
let open = connections;

for (let index = 0; index < connections; index += 1) {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  let dueMs = startMs + (index * intervalMs) / connections;
  let sentMs = 0;
  let heldBytes = 0;
  const send = (): void => {
    sentMs = performance.now();
    socket.write(message);
  };
  socket.on('data', (chunk: Buffer) => {
    heldBytes += chunk.length;
    if (heldBytes < 256) return;
    heldBytes -= 256;
    const nowMs = performance.now();
    if (nowMs > startMs + 200) histogram.record(Math.round((nowMs - sentMs) * 1e6));
    dueMs += intervalMs;
    if (dueMs < nowMs - 50) dueMs = nowMs;
    if (dueMs > endMs) socket.end();
    else if (dueMs <= nowMs) send();
    else setTimeout(send, dueMs - nowMs);
  });
  socket.on('close', () => {
    open -= 1;
    if (open === 0) {
      process.stdout.write(`${JSON.stringify({ trips: histogram.total, histogram: encodeHistogram(histogram) })}\n`);
    }
  });
  setTimeout(send, dueMs - performance.now());
}
