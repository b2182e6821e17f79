import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Nginx extends AsyncDisposable {
  readonly url: string;
  /** The same file over HTTP/2 without TLS. */
  readonly http2Url: string;
}

/** More than any bench sends. */
const mostRequests = 1_000_000_000;

/**
 * Serves one file of `bodyBytes` from one worker on one core.
 * @param requestsPerConnection After so many it closes a connection.
 */
export const startNginx = async (
  core: number,
  bodyBytes: number,
  requestsPerConnection: number = mostRequests,
): Promise<Nginx> => {
  const folder = await mkdtemp(join(tmpdir(), 'pitwall-bench-'));
  // Its worker runs as nobody.
  await chmod(folder, 0o755);
  const port = await freePort();
  const http2Port = await freePort();
  await mkdir(join(folder, 'html'));
  await writeFile(join(folder, 'html', 'file'), 'x'.repeat(bodyBytes));
  await writeFile(join(folder, 'nginx.conf'), configuration(folder, port, http2Port, requestsPerConnection));
  const child = spawn('taskset', ['-c', String(core), 'nginx', '-p', folder, '-c', join(folder, 'nginx.conf')], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const url = `http://127.0.0.1:${port}/file`;
  await answering(url, child);
  return {
    url,
    http2Url: `http://127.0.0.1:${http2Port}/file`,
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM');
      await once(child, 'exit');
      await rm(folder, { recursive: true });
    },
  };
};

const configuration = (folder: string, port: number, http2Port: number, requestsPerConnection: number): string => `
daemon off;
worker_processes 1;
pid ${folder}/pid;
error_log stderr crit;
events { worker_connections 8192; }
http {
  access_log off;
  keepalive_requests ${requestsPerConnection};
  keepalive_timeout 600s;
  sendfile on;
  open_file_cache max=10;
  ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${folder}/${name};`).join('\n  ')}
  server { listen 127.0.0.1:${port}; root ${folder}/html; }
  # Head and file in one write: in two, nginx waits for the acknowledgement of the first, 40 ms per request, whoever asks.
  server { listen 127.0.0.1:${http2Port} http2; root ${folder}/html; sendfile off; }
}
`;

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
};

const answering = async (url: string, child: ChildProcess): Promise<void> => {
  for (let tries = 0; tries < 100 && child.exitCode === null; tries++) {
    const status = await fetch(url).then(
      (response) => response.status,
      () => 0,
    );
    if (status === 200) return;
    await sleep(50);
  }
  throw new Error('nginx does not answer');
};
