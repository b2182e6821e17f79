import { answer, codes, type FrameServer, reset, serveFrames, settings, types } from './frames.ts';

/** Refuses streams for which `isRefused` says so: by number on the connection, from 0. */
export const refusesStreams = (isRefused: (number: number) => boolean): Promise<FrameServer> =>
  serveFrames((peer) => {
    peer.send(settings());
    let number = 0;
    return ({ type, id }) => {
      if (type === types.headers) peer.send(isRefused(number++) ? reset(id, codes.refused) : answer(id));
    };
  });
