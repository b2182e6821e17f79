import { createServer } from 'node:net';

// Answers each message of 64 bytes with one of 256 at once, and says its port: the far end of a measured link.
const answer = Buffer.alloc(256, 'a');
const server = createServer({ noDelay: true }, (socket) => {
  let heldBytes = 0;
  socket.on('error', () => socket.destroy());
  socket.on('data', (chunk: Buffer) => {
    heldBytes += chunk.length;
    for (; heldBytes >= 64; heldBytes -= 64) socket.write(answer);
  });
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.stdout.write(`${typeof address === 'object' ? address?.port : ''}\n`);
});
process.stdin.on('end', () => process.exit(0)).resume();
