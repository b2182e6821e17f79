import { answer, codes, type FrameServer, mostStreams, reset, serveFrames, settings, types } from './frames.ts';

/** Answers after a time, and refuses whoever opens more streams than it allows; says what it allows after `settingsAfterMs`. */
export const takesFewAtATime = (most: number, serviceMs: number, settingsAfterMs = 0): Promise<FrameServer> =>
  serveFrames((peer) => {
    let isGreeted = false;
    setTimeout(() => {
      isGreeted = true;
      peer.send(settings([mostStreams, most]));
    }, settingsAfterMs);
    let current = 0;
    return ({ type, id }) => {
      if (type !== types.headers) return;
      if (current >= most) {
        peer.send(reset(id, codes.protocol));
        return;
      }
      current++;
      setTimeout(
        () => {
          current--;
          peer.send(answer(id));
        },
        isGreeted ? serviceMs : settingsAfterMs + serviceMs,
      );
    };
  });
