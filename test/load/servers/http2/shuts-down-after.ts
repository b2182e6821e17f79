import { answer, codes, type FrameServer, goaway, serveFrames, settings, types } from './frames.ts';

/**
 * Answers so many requests on each connection, says that it will take no more, and leaves TCP open. What it never processed it tells by
 * the last id; what came before that it answers late.
 */
export const shutsDownAfter = (perConnection: number, code = codes.none): Promise<FrameServer> =>
  serveFrames((peer) => {
    peer.send(settings());
    let taken = 0;
    return ({ type, id }) => {
      if (type !== types.headers) return;
      taken++;
      if (taken < perConnection) peer.send(answer(id));
      if (taken !== perConnection) return;
      peer.send(goaway(id, code));
      setTimeout(() => peer.send(answer(id)), 20);
    };
  });
