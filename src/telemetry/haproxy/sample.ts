import { connect } from 'node:net';
import { type Clock, PitwallError } from '../../base/index.ts';
import { type Sampler, startSampler } from '../sampler.ts';
import { type HaproxyReading, parseHaproxyStat } from './parse.ts';

export interface HaproxySamplerOptions {
  /** Path of the stats socket. */
  readonly socketPath: string;
  readonly intervalMs: number;
  readonly clock: Clock;
}

/** Samples `show stat`. Rejects with `observe.failed` when the socket can't be read. */
export const startHaproxySampler = async (options: HaproxySamplerOptions): Promise<Sampler<HaproxyReading>> => {
  const { socketPath, intervalMs, clock } = options;
  const read = async (): Promise<HaproxyReading> => parseHaproxyStat(await askHaproxy(socketPath, 'show stat'));
  try {
    await read();
  } catch (cause) {
    throw new PitwallError('observe.failed', `Can't read the stats socket of HAProxy, ${socketPath}.`, { cause });
  }
  return startSampler({ intervalMs, clock, read });
};

/** One command and its answer; HAProxy closes the connection after it. */
const askHaproxy = (socketPath: string, command: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect({ path: socketPath });
    let text = '';
    socket.setEncoding('utf8');
    socket.setTimeout(5000, () => socket.destroy(new Error('no answer within 5 s')));
    socket.on('error', reject);
    socket.on('data', (chunk: string) => {
      text += chunk;
    });
    socket.on('end', () => resolve(text));
    socket.end(`${command}\n`);
  });
