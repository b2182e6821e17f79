import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';

/** A helper process of a benchmark that speaks in lines and ends with its stdin. */
export interface Child extends AsyncDisposable {
  readonly pid: number;
  send(line: string): void;
  /** The next line of its output. Rejects when it ends first. */
  nextLine(): Promise<string>;
}

export const startChild = (command: string, args: readonly string[]): Child => {
  const child: ChildProcessByStdio<Writable, Readable, null> = spawn(command, args, {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const ended = once(child, 'exit');
  return {
    pid: child.pid!,
    send: (line) => void child.stdin.write(`${line}\n`),
    async nextLine() {
      const { value, done } = await lines.next();
      if (done) throw new Error(`${command} ${args.join(' ')} ended`);
      return value;
    },
    async [Symbol.asyncDispose]() {
      child.stdin.end();
      const timer = setTimeout(() => child.kill('SIGKILL'), 2000);
      await ended;
      clearTimeout(timer);
    },
  };
};

const jiti = fileURLToPath(import.meta.resolve('jiti/package.json')).replace('package.json', 'lib/jiti-cli.mjs');

/** A TypeScript file beside this one. */
export const startScript = (name: string, ...args: readonly (string | number)[]): Child =>
  startChild(process.execPath, [jiti, fileURLToPath(new URL(name, import.meta.url)), ...args.map(String)]);

/** A built file of pitwall (`npm run build` first). */
export const startBuilt = (path: string): Child =>
  startChild(process.execPath, [fileURLToPath(new URL(`../../dist/${path}`, import.meta.url))]);

/** A port that was free a moment ago, for programs that can't choose one themselves. */
export const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
};
