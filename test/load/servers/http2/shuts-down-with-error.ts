import { type FrameServer, goaway, serveFrames, settings, types } from './frames.ts';

/** Takes a request, shuts the connection down for a reason, and closes it with the request unanswered. */
export const shutsDownWithError = (code: number): Promise<FrameServer> =>
  serveFrames((peer) => {
    peer.send(settings());
    return ({ type, id }) => {
      if (type === types.headers) peer.socket.end(goaway(id, code));
    };
  });
