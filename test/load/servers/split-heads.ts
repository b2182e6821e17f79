import { type ScriptedServer, startScriptedServer } from '../../support/scripted-server.ts';

/** Sends each connection most of a long field, and then nothing. */
export const startSplitHeadServer = (): Promise<ScriptedServer> =>
  startScriptedServer((socket) => socket.write(`HTTP/1.1 200 OK\r\na: ${'x'.repeat(60_000)}`));
