import { type ScriptedServer, startScriptedServer } from '../../support/scripted-server.ts';

/** Takes requests and never answers. */
export const startSilentServer = (): Promise<ScriptedServer> => startScriptedServer(() => {});
