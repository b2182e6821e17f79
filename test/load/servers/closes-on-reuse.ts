import { answer, type ScriptedServer, startScriptedServer } from '../../support/scripted-server.ts';

/** Answers the first request of each connection and meets the second with a reset, or with a plain end. */
export const startReuseRefusingServer = (how: 'reset' | 'end'): Promise<ScriptedServer> => {
  const used = new WeakSet<object>();
  return startScriptedServer((socket) => {
    if (!used.has(socket)) {
      used.add(socket);
      socket.write(answer('x'));
    } else if (how === 'end') socket.end();
    else socket.resetAndDestroy();
  });
};
