import { type ScriptedServer, startScriptedServer } from '../../support/scripted-server.ts';
import { flood } from './flood.ts';

/** Sends an answer whose chunks never end, or whose chunk line or trailers don't: whatever `part` begins and repeats. */
export const startEndlessChunkServer = (begin: string, part: string): Promise<ScriptedServer> =>
  startScriptedServer((socket) => {
    socket.write(`HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${begin}`);
    flood(socket, part);
  });
