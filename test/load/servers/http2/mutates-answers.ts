import { createRandom, type Random } from '../../../../src/stats/index.ts';
import {
  answer,
  answerHead,
  type FrameServer,
  flags,
  frame,
  goaway,
  literal,
  reset,
  serveFrames,
  settings,
  status200,
  types,
} from './frames.ts';

/**
 * Answers each request with a sequence of frames that would be right, or allowed, had it not been changed: bytes flipped, frames dropped,
 * doubled, exchanged, cut off, with other flags, types, lengths and streams. Every now and then it closes the connection as well.
 */
export const mutatesAnswers = (seed: number): Promise<FrameServer> => {
  const random = createRandom(seed);
  return serveFrames((peer) => {
    peer.send(settings());
    return ({ type, id }) => {
      if (type !== types.headers) return;
      const bytes = mutate(random, sequence(random, id));
      if (random.uniform() < 0.1) peer.socket.end(bytes);
      else peer.socket.write(bytes);
    };
  });
};

/** Frames that make an answer, with others among them. */
const sequence = (random: Random, id: number): Buffer[] => {
  const among = [
    settings([4, 70_000], [5, 16_384]),
    frame(types.ping, 0, 0, Buffer.alloc(8)),
    frame(types.window, 0, 0, [0, 0, 1, 0]),
    frame(types.window, 0, id, [0, 0, 1, 0]),
    frame(0xb7, 0, id, [1, 2, 3]),
    goaway(id, 0),
    reset(id, 7),
    reset(id, 2),
    frame(types.push, flags.endHeaders, id, [0, 0, 0, 2, ...status200]),
  ];
  const tabled = [0x40, ...literal('x-kept', `${id}`).slice(1)];
  const right = pick(random, [
    [answer(id)],
    [answerHead(id, [...status200, ...tabled]), frame(types.data, flags.endStream, id, Buffer.alloc(300, 'x'))],
    [
      frame(types.headers, 0, id, status200),
      frame(types.continuation, flags.endHeaders, id, literal('a', 'b')),
      frame(types.data, 0x8, id, [2, 104, 105, 0, 0]),
      frame(types.headers, flags.endHeaders | flags.endStream, id, literal('x-sum', '1')),
    ],
    [answerHead(id, [8, 3, 49, 48, 51]), answerHead(id, [0xbe, ...status200]), frame(types.data, flags.endStream, id)],
  ]);
  return random.uniform() < 0.5 ? right : [pick(random, among), ...right];
};

const mutate = (random: Random, frames: readonly Buffer[]): Buffer => {
  const changed = frames.map((one) => Buffer.from(one));
  for (let times = Math.floor(random.uniform() * 4); times > 0; times--) {
    const at = random.integer(changed.length);
    const one = changed[at];
    // One that was cut off stays as it is.
    if (one === undefined || one.length < 9) continue;
    switch (random.integer(9)) {
      case 0:
        one[random.integer(one.length)] = random.integer(256);
        break;
      case 1:
        one[3] = random.integer(12);
        break;
      case 2:
        one[4] = random.integer(256);
        break;
      case 3:
        one.writeUInt32BE(random.integer(8), 5);
        break;
      case 4:
        one.writeUIntBE(random.integer(70_000), 0, 3);
        break;
      case 5:
        changed.splice(at, 1);
        break;
      case 6:
        changed.splice(random.integer(changed.length), 0, one);
        break;
      case 7:
        changed[at] = one.subarray(0, random.integer(one.length));
        break;
      default:
        changed.push(Buffer.from(Array.from({ length: random.integer(60) }, () => random.integer(256))));
    }
  }
  return Buffer.concat(changed);
};

const pick = <T>(random: Random, choices: readonly T[]): T => choices[random.integer(choices.length)]!;
