import { answer, type ScriptedServer, startScriptedServer } from '../../support/scripted-server.ts';

/** Answers one request after another, whatever their connections: it can do 1000 / `serviceMs` per second and no more. */
export const startOneAtATimeServer = (serviceMs: number): Promise<ScriptedServer> => {
  let freeAtMs = 0;
  return startScriptedServer((socket) => {
    freeAtMs = Math.max(freeAtMs, performance.now()) + serviceMs;
    setTimeout(() => socket.write(answer('x')), freeAtMs - performance.now());
  });
};
