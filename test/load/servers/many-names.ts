import { type ScriptedServer, startScriptedServer } from '../../support/scripted-server.ts';

/** Gives each answer as many header names and cookies as fit, never the same twice. */
export const startManyNamesServer = (): Promise<ScriptedServer> => {
  let index = 0;
  return startScriptedServer((socket) => {
    const lines: string[] = [];
    for (let count = 0; count < 1_500; count++) lines.push(`x${index++}: y`, `Set-Cookie: c${index}=z`);
    socket.write(`HTTP/1.1 200 OK\r\nContent-Length: 2\r\n${lines.join('\r\n')}\r\n\r\n{}`);
  });
};
