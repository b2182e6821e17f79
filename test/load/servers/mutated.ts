import fc from 'fast-check';
import { type ScriptedServer, startScriptedServer } from '../../support/scripted-server.ts';
import { cutAt, wireAnswer } from '../http1/answers.ts';

const poolSize = 2_000;

const mutation = fc.record({
  at: fc.nat(600),
  drop: fc.nat(2),
  insert: fc.array(fc.oneof(fc.constantFrom(0, 9, 10, 13, 32, 48, 57, 58, 59, 127, 255), fc.nat(255)), {
    maxLength: 2,
  }),
});
const mutated = fc.record({
  bytes: fc
    .tuple(wireAnswer, fc.array(mutation, { maxLength: 3 }))
    .map(([answer, mutations]) =>
      mutations.reduce(
        (bytes, { at, drop, insert }) =>
          Buffer.concat([
            bytes.subarray(0, at % (bytes.length + 1)),
            Buffer.from(insert),
            bytes.subarray((at % (bytes.length + 1)) + drop),
          ]),
        answer.bytes,
      ),
    ),
  cuts: fc.array(fc.nat(600), { maxLength: 3 }),
  end: fc.constantFrom('stay', 'stay', 'end', 'reset'),
});

/** Answers with what once was an answer: bytes are lost, changed or too many, in pieces, and the connection may end with them. */
export const startMutatedServer = (seed: number): Promise<ScriptedServer> => {
  const answers = fc.sample(mutated, { seed, numRuns: poolSize });
  return startScriptedServer((socket, _request, index) => {
    const { bytes, cuts, end } = answers[index % poolSize]!;
    const pieces = cutAt(bytes, cuts);
    const next = (): void => {
      if (socket.destroyed) return;
      const piece = pieces.shift();
      if (piece !== undefined) socket.write(piece, () => setImmediate(next));
      else if (end === 'end') socket.end();
      else if (end === 'reset') socket.resetAndDestroy();
    };
    next();
  });
};
