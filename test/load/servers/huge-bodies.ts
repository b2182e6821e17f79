import { type ScriptedServer, startScriptedServer } from '../../support/scripted-server.ts';
import { flood } from './flood.ts';

const part = Buffer.alloc(256 * 1024, '[');

/** Announces a body of a gigabyte and sends it. */
export const startHugeBodyServer = (): Promise<ScriptedServer> =>
  startScriptedServer((socket) => {
    socket.write('HTTP/1.1 200 OK\r\nContent-Length: 1073741824\r\n\r\n');
    flood(socket, part);
  });
