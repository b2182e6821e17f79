/* A thread with the least server that speaks HTTP/1.1: what it serves is what this machine's client can take. See ceiling.ts. */
import { type AddressInfo, createServer } from 'node:net';
import { parentPort, workerData } from 'node:worker_threads';

const { bodyBytes } = workerData as { readonly bodyBytes: number };
const answer = Buffer.from(`HTTP/1.1 200 OK\r\nContent-Length: ${bodyBytes}\r\n\r\n${'x'.repeat(bodyBytes)}`);
const headEnd = '\r\n\r\n';

const server = createServer((socket) => {
  socket.setNoDelay(true);
  socket.on('error', () => socket.destroy());
  // Its only client sends one small request at a time, so a read ends with the end of a head or with a part of one.
  socket.on('data', (bytes) => {
    if (bytes.toString('latin1').endsWith(headEnd)) socket.write(answer);
  });
});
server.listen(0, '127.0.0.1', () => parentPort?.postMessage((server.address() as AddressInfo).port));
