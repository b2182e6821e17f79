/* A thread with the least server that speaks HTTP/2: what it serves is what this machine's client can take. See ceiling.ts. */
import { type AddressInfo, createServer } from 'node:net';
import { parentPort, workerData } from 'node:worker_threads';
import { flagEndHeaders, flagEndStream, frameTypes, largestFrameBytes } from '../http2/frame-reader.ts';
import { framePrefix, word } from '../http2/request-block.ts';

const { bodyBytes } = workerData as { readonly bodyBytes: number };
const prefaceBytes = 24;
const frameHeadBytes = 9;

/** Frames of an answer: what stands before the number of the stream, and after it. */
const parts: readonly (readonly [before: string, after: string])[] = [
  // `:status: 200` is entry 8 of the static table.
  [framePrefix(1, frameTypes.headers, flagEndHeaders | (bodyBytes === 0 ? flagEndStream : 0)), '\x88'],
  ...Array.from({ length: Math.ceil(bodyBytes / largestFrameBytes) }, (_, index) => {
    const length = Math.min(largestFrameBytes, bodyBytes - index * largestFrameBytes);
    const isLast = (index + 1) * largestFrameBytes >= bodyBytes;
    return [framePrefix(length, frameTypes.data, isLast ? flagEndStream : 0), 'x'.repeat(length)] as const;
  }),
];

const answer = (streamId: number): string => parts.map(([before, after]) => before + word(streamId) + after).join('');

const server = createServer((socket) => {
  socket.setNoDelay(true);
  socket.on('error', () => socket.destroy());
  socket.write(framePrefix(0, frameTypes.settings, 0) + word(0), 'latin1');
  let rest = Buffer.alloc(0);
  let at = prefaceBytes;
  socket.on('data', (bytes) => {
    rest = rest.length === 0 ? bytes : Buffer.concat([rest, bytes]);
    let answers = '';
    // Its only client keeps to the rules, and its windows are larger than a trial.
    while (rest.length >= at + frameHeadBytes) {
      const end = at + frameHeadBytes + rest.readUIntBE(at, 3);
      if (rest.length < end) break;
      if (rest[at + 3] === frameTypes.headers) answers += answer(rest.readUInt32BE(at + 5));
      at = end;
    }
    const taken = Math.min(at, rest.length);
    rest = rest.subarray(taken);
    at -= taken;
    if (answers !== '') socket.write(answers, 'latin1');
  });
});
server.listen(0, '127.0.0.1', () => parentPort?.postMessage((server.address() as AddressInfo).port));
