import { answer, type ScriptedServer, startScriptedServer } from '../../support/scripted-server.ts';

/** Takes the same time for every request, however many there are at once. */
export const startDelayedServer = (delayMs: number, text = answer('x')): Promise<ScriptedServer> =>
  startScriptedServer((socket) => setTimeout(() => socket.write(text), delayMs));
