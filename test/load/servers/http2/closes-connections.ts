import { answer, type FrameServer, serveFrames, settings, types } from './frames.ts';

/** Answers so many requests on each connection, and drops the connection when it gets the next, without a word. */
export const closesConnectionsAfter = (answers: number): Promise<FrameServer> =>
  serveFrames((peer) => {
    peer.send(settings());
    let taken = 0;
    return ({ type, id }) => {
      if (type !== types.headers) return;
      if (taken++ < answers) peer.send(answer(id));
      else peer.socket.destroy();
    };
  });
