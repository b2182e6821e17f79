/* Is comparing a known head by words worth it? node --import jiti/register bench/load/head-cache.ts */
import { performance } from 'node:perf_hooks';

const length = 250;
const rounds = 3_000_000;
const head = new Uint8Array(2_048).fill(97);
const answer = new Uint8Array(65_536).fill(97);
const headWords = new Int32Array(head.buffer);
const answerWords = new Int32Array(answer.buffer);

const byBytes = (): boolean => {
  for (let index = 0; index < length; index++) if (head[index] !== answer[index]) return false;
  return true;
};
const byWords = (): boolean => {
  const words = length >> 2;
  for (let word = 0; word < words; word++) if (headWords[word] !== answerWords[word]) return false;
  for (let index = words << 2; index < length; index++) if (head[index] !== answer[index]) return false;
  return true;
};
const byBuffer = (): boolean => Buffer.compare(head.subarray(0, length), answer.subarray(0, length)) === 0;

for (const [name, compare] of Object.entries({ byBytes, byWords, byBuffer })) {
  let equal = 0;
  const startMs = performance.now();
  for (let round = 0; round < rounds; round++) if (compare()) equal++;
  const ns = ((performance.now() - startMs) * 1e6) / rounds;
  process.stdout.write(
    `${name.padEnd(10)} ${ns.toFixed(0).padStart(5)} ns (${equal === rounds ? 'equal' : 'broken'})\n`,
  );
}
