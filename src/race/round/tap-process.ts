import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type ComponentName, debugEnvironment, PitwallError, present } from '../../base/index.ts';
import { type findHome, type Link, packageRoot, type StageContext, type TcpAddress } from '../../components/index.ts';
import type { LedgerSnapshot, LinkSnapshot, TapProcessCommand, TapProcessConfiguration } from '../../wire/index.ts';

export interface TapSnapshot {
  readonly ledger: LedgerSnapshot;
  readonly link: LinkSnapshot;
}

/** A tap or relay that runs as a process of its own; the race asks it for its counts. */
export interface TapProcess extends Link {
  snapshot(): Promise<TapSnapshot>;
  /** Sets all counts to zero, at a time of the machine's clock; now without one. */
  reset(atNs?: number): void;
}

export type TapSettings = Omit<TapProcessConfiguration, 'listen' | 'upstream'>;

/** Where a tap stands, and on which machine. */
export interface TapPlace extends ReturnType<typeof findHome> {
  readonly component: ComponentName;
  readonly upstream: TcpAddress;
  readonly logFile: string;
}

/** Starts a tap in front of `upstream` and waits until it listens. */
export const startTapProcess = async (
  context: StageContext,
  { component, upstream, logFile, host, placement }: TapPlace,
  settings: TapSettings,
): Promise<TapProcess> => {
  const process = await host.start({
    name: component,
    placement,
    // A network takes no turns with the servers for a core.
    realTime: true,
    command: [globalThis.process.execPath, join(packageRoot(), 'dist', 'wire', 'relay', 'process.js')],
    env: { NODE_ENV: 'production', ...debugEnvironment() },
    logFile,
    piped: true,
    graceMs: 2_000,
  });
  const { stdin, stdout } = process.pipes!;
  const say = (line: TapProcessCommand | TapProcessConfiguration) => void stdin.write(`${JSON.stringify(line)}\n`);
  const lines = createInterface({ input: stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<TapLine> => {
    const { value, done } = await lines.next();
    if (done === true) throw new PitwallError('observe.failed', `The tap in front of port ${upstream.port} ended.`);
    const line = JSON.parse(value) as TapLine;
    if (line.type === 'error') throw new PitwallError('observe.failed', `The tap: ${line.message}`);
    return line;
  };
  let lastId = 0;
  /** Questions are asked one at a time, so that answers need no matching. */
  let queue: Promise<unknown> = Promise.resolve();
  try {
    say({ listen: `${host.address}:0`, upstream: `${upstream.host}:${upstream.port}`, ...settings });
    context.signal.throwIfAborted();
    const ready = await next();
    if (ready.type !== 'ready')
      throw new PitwallError('observe.failed', `The tap said ${ready.type} before it was ready.`);
    return {
      address: { host: host.address, port: ready.port },
      process,
      snapshot() {
        const answer = queue.then(async () => {
          lastId += 1;
          say({ type: 'snapshot', id: lastId });
          const line = await next();
          if (line.type !== 'snapshot') throw new PitwallError('observe.failed', `The tap answered ${line.type}.`);
          return { ledger: line.ledger, link: line.link };
        });
        queue = answer.catch(() => {});
        return answer;
      },
      reset: (atNs) => say({ type: 'reset', ...present('atNs', atNs) }),
      [Symbol.asyncDispose]: () => process[Symbol.asyncDispose]() as Promise<void>,
    };
  } catch (error) {
    await process[Symbol.asyncDispose]();
    throw error;
  }
};

type TapLine =
  | { readonly type: 'ready'; readonly port: number }
  | ({ readonly type: 'snapshot'; readonly id: number } & TapSnapshot)
  | { readonly type: 'error'; readonly message: string };
