import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Component } from '../component.ts';
import { bareEnv, findHome, type StageContext } from '../context.ts';
import { giveTo } from '../host/ownership.ts';
import { probeHttp, startWhenReady } from '../probe.ts';

export interface Haproxy extends Component {
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

/** Relative to the folder that HAProxy runs in: in its configuration a comma or a blank of a path would end it. */
const [configName, socketName] = ['haproxy.cfg', 'stats.sock'];

/** Starts HAProxy with the original post's configuration. */
export const startHaproxy = async (context: StageContext, options: HaproxyOptions): Promise<Haproxy> => {
  const { databaseUser } = context;
  const { host, placement } = findHome(context, 'proxy');
  const folder = join(context.runFolder, `proxy-${randomBytes(4).toString('hex')}`);
  await mkdir(folder, { mode: 0o700 });
  const port = await host.freePort();
  const statsSocket = join(folder, socketName);
  const configFile = join(folder, configName);
  await writeFile(configFile, formatConfig({ ...options, address: host.address, port }));
  await giveTo(databaseUser, folder, configFile);
  const url = `http://${host.address}:${port}${options.readyPath}`;
  const process = await startWhenReady(
    host,
    {
      placement,
      name: 'proxy',
      command: [options.command, '-db', '-f', configName],
      cwd: folder,
      env: bareEnv,
      ...(databaseUser ? { user: databaseUser } : {}),
      logFile: options.logFile,
    },
    (signal) => probeHttp(url, signal, (status) => status !== 503),
    context,
  );
  return {
    process,
    endpoint: { host: host.address, port },
    statsSocket,
    [Symbol.asyncDispose]: () => process[Symbol.asyncDispose]() as Promise<void>,
  };
};

/** What its statistics call the server behind it. */
export const haproxyBackend = 'api';

const formatConfig = ({
  address,
  port,
  server,
  maxconn,
  pathPrefix,
}: HaproxyOptions & { address: string; port: number }) =>
  `global
    stats socket unix@${socketName} mode 600 level admin
    stats timeout 30s
    # The original post names no log target either: its "log global" writes nothing for a request. Ours takes warnings.
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
    use_backend ${haproxyBackend} if { path_beg ${pathPrefix} }

backend ${haproxyBackend}
    server recipes ${server.host}:${server.port} maxconn ${maxconn}
`;
