import type { Io } from '../../../src/cli/terminal/io.ts';
import { runProgram } from '../../../src/cli/terminal/program.ts';
import { answer, type Script, startScriptedServer } from '../../support/scripted-server.ts';

/** The program in this process. */
export const pitwall = async (argv: readonly string[], signal: AbortSignal = new AbortController().signal) => {
  let stdout = '';
  let stderr = '';
  const io: Io = {
    stdout: (text) => {
      stdout += text;
    },
    stderr: (text) => {
      stderr += text;
    },
    stdoutIsTty: false,
    stderrIsTty: false,
    columns: 80,
    color: false,
    signal,
    env: {},
  };
  const code = await runProgram(argv, io);
  return { code, stdout, stderr };
};

/** `pitwall load` against a server of its own. */
export const loaded = async (script: Script, ...options: string[]) => {
  await using server = await startScriptedServer(script);
  const run = await pitwall(['load', ...options, `http://127.0.0.1:${server.port}/path?a=b`]);
  return { ...run, requests: [...server.requests], accepted: server.accepted };
};
export const hello: Script = (socket) => socket.write(answer('hello'));
