import { spawn } from 'node:child_process';
import { once } from 'node:events';

export interface FullServer extends AsyncDisposable {
  readonly port: number;
}

const script = `
  const server = require('node:net').createServer();
  server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () =>
    process.stdout.write(String(server.address().port), () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)));
`;

/** Listens and never accepts: when its short queue is full the kernel drops every SYN. */
export const startFullServer = async (): Promise<FullServer> => {
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [port] = (await once(child.stdout, 'data')) as [Buffer];
  return {
    port: Number(port),
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
};
