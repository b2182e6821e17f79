import { answer, type ScriptedServer, startScriptedServer } from '../../support/scripted-server.ts';

/** Closes connections that were idle for a while, and says nothing of it in its answers. */
export const startIdleClosingServer = (idleMs: number): Promise<ScriptedServer> => {
  const timers = new WeakMap<object, NodeJS.Timeout>();
  return startScriptedServer((socket) => {
    clearTimeout(timers.get(socket));
    socket.write(answer('x'));
    timers.set(
      socket,
      setTimeout(() => socket.end(), idleMs),
    );
  });
};
