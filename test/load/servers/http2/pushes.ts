import { answer, type FrameServer, flags, frame, serveFrames, settings, status200, types } from './frames.ts';

/** Promises a push with every answer; `isPolite` when it never says that it has read that pushes are off. */
export const pushes = (isPolite: boolean): Promise<FrameServer> =>
  serveFrames((peer) => {
    peer.send(settings());
    if (!isPolite) peer.send(frame(types.settings, flags.ack, 0));
    let promised = 0;
    return ({ type, id }) => {
      if (type !== types.headers) return;
      promised += 2;
      peer.send(
        frame(types.push, flags.endHeaders, id, [0, 0, promised >> 8, promised & 255, ...status200]),
        answer(id),
      );
    };
  });
