import { type FrameServer, reset, serveFrames, settings, types } from './frames.ts';

/** Resets every stream with a code. */
export const resetsStreams = (code: number): Promise<FrameServer> =>
  serveFrames((peer) => {
    peer.send(settings());
    return ({ type, id }) => {
      if (type === types.headers) peer.send(reset(id, code));
    };
  });
