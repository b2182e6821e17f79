import { type ScriptedServer, startScriptedServer } from '../../support/scripted-server.ts';
import { flood } from './flood.ts';

/** Sends a head that never ends: header fields, or one field. */
export const startEndlessHeadServer = (field: string): Promise<ScriptedServer> =>
  startScriptedServer((socket) => {
    socket.write('HTTP/1.1 200 OK\r\n');
    flood(socket, field);
  });
