import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bareEnv, homeOf, type StageContext } from './context.ts';
import type { HostProcess } from './host.ts';
import { probeHttp, startWhenReady } from './probe.ts';

export interface Haproxy extends AsyncDisposable {
  readonly process: HostProcess;
  readonly host: string;
  readonly port: number;
  /** Takes `show stat` and the like. */
  readonly statsSocket: string;
}

export interface HaproxyOptions {
  readonly command: string;
  readonly server: { readonly host: string; readonly port: number };
  readonly maxconn: number;
  /** Only requests whose path begins so reach the server. */
  readonly pathPrefix: string;
  /** Asked for until the server behind answers. */
  readonly readyPath: string;
  readonly logFile: string;
}

/** Starts HAProxy with the seed's configuration. */
export const startHaproxy = async (context: StageContext, options: HaproxyOptions): Promise<Haproxy> => {
  const { host, placement } = homeOf(context, 'proxy');
  const folder = join(context.runFolder, `proxy-${randomBytes(4).toString('hex')}`);
  await mkdir(folder, { mode: 0o700 });
  const port = await host.freePort();
  const statsSocket = join(folder, 'stats.sock');
  const configFile = join(folder, 'haproxy.cfg');
  await writeFile(configFile, formatConfig({ ...options, address: host.address, port, statsSocket }));
  const url = `http://${host.address}:${port}${options.readyPath}`;
  const process = await startWhenReady(
    host,
    {
      placement,
      name: 'proxy',
      command: [options.command, '-db', '-f', configFile],
      cwd: folder,
      env: bareEnv,
      logFile: options.logFile,
    },
    (signal) => probeHttp(url, signal, (status) => status !== 503),
    context,
  );
  return {
    process,
    host: host.address,
    port,
    statsSocket,
    [Symbol.asyncDispose]: () => process[Symbol.asyncDispose]() as Promise<void>,
  };
};

const formatConfig = ({
  address,
  port,
  statsSocket,
  server,
  maxconn,
  pathPrefix,
}: HaproxyOptions & { address: string; port: number; statsSocket: string }) =>
  `global
    stats socket ${statsSocket} mode 600 level admin
    stats timeout 30s
    # The seed names no log target either: its "log global" writes nothing for a request. Ours takes warnings.
    log stdout format raw local0 warning

defaults
    log global
    mode http
    option httplog
    timeout connect 5s
    timeout client 30s
    timeout server 30s

frontend front
    bind ${address}:${port}
    use_backend api if { path_beg ${pathPrefix} }

backend api
    server recipes ${server.host}:${server.port} maxconn ${maxconn}
`;
