import { type FrameServer, serveFrames, settings, types } from './frames.ts';

/** Answers each request with these frames. */
export const answersWith = (
  framesFor: (id: number) => readonly Buffer[],
  greeting: Buffer = settings(),
): Promise<FrameServer> =>
  serveFrames((peer) => {
    peer.send(greeting);
    return ({ type, id }) => {
      if (type === types.headers) peer.send(...framesFor(id));
    };
  });
