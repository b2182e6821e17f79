import type { Socket } from 'node:net';
import { debuglog } from 'node:util';
import { describeThrown } from '../../base/index.ts';
import type { Histogram, Random } from '../../stats/index.ts';
import type { Session } from '../postgres/session.ts';
import { openChannel } from './channel.ts';
import { createDelayPlan, type LinkOptions } from './delay.ts';
import type { Departures } from './departures.ts';
import { Leg } from './leg.ts';

const debug = debuglog('pitwall:wire');

/** The emulated path between the two sides, and what it did. */
export interface PairLink {
  readonly options: LinkOptions;
  readonly random: Random;
  /** Each chunk, from its arrival to its departure. */
  readonly oneWay: Histogram;
  /** Both ways of the same round trip. */
  readonly rtt: Histogram;
}

export interface PairOptions {
  readonly id: number;
  /** The client, for a reader. */
  readonly name: string;
  readonly client: Socket;
  readonly server: Socket;
  /** Counts what passes; undefined: nothing is counted. */
  readonly session: Session | undefined;
  readonly link: PairLink | undefined;
  readonly departures: Departures;
  readonly nowNs: () => number;
  /** Called with the bytes of each chunk that was passed on. */
  readonly onPassed: (bytes: number) => void;
  readonly onClosed: () => void;
}

/** Two connections that are joined: what the one side sends, the other side gets. */
export interface SocketPair {
  readonly id: number;
  readonly name: string;
  readonly session: Session | undefined;
  /** Bytes on their way. */
  queuedBytes(): number;
  destroy(): void;
}

/** Begins to carry bytes both ways, each after the link's delay, and tells the session of them. */
export const joinPair = (options: PairOptions): SocketPair => {
  const { id, name, client, server, session, link, departures, nowNs, onPassed } = options;
  let lastUpForwardedNs = 0;
  let lastUpDelayNs = 0;
  let isAnswered = true;
  const sinceUpNs: number[] = [];
  const clientLeg = new Leg(client);
  const serverLeg = new Leg(server);
  const planDelays = () => link && createDelayPlan(link.options, link.random);

  const up = openChannel({
    from: clientLeg,
    to: serverLeg,
    nowNs,
    departures,
    plan: planDelays(),
    firstExtraNs: (link?.options.rttMs ?? 0) * 1e6,
    arrived: (chunk, arrivedNs) => session?.up(chunk, arrivedNs),
    forwarded(chunk, arrivedNs, forwardedNs) {
      onPassed(chunk.length);
      lastUpForwardedNs = forwardedNs;
      lastUpDelayNs = forwardedNs - arrivedNs;
      isAnswered = false;
      link?.oneWay.record(lastUpDelayNs);
    },
  });
  const down = openChannel({
    from: serverLeg,
    to: clientLeg,
    nowNs,
    departures,
    plan: planDelays(),
    firstExtraNs: 0,
    arrived(_chunk, arrivedNs) {
      if (session !== undefined) sinceUpNs.push(arrivedNs - lastUpForwardedNs);
    },
    forwarded(chunk, arrivedNs, forwardedNs) {
      onPassed(chunk.length);
      link?.oneWay.record(forwardedNs - arrivedNs);
      if (!isAnswered) link?.rtt.record(lastUpDelayNs + forwardedNs - arrivedNs);
      isAnswered = true;
      session?.down(chunk, arrivedNs, sinceUpNs.shift()!, forwardedNs);
    },
  });
  clientLeg.start({ onChunk: up.arrive, onEnd: up.end, onDrain: down.drain });
  serverLeg.start({ onChunk: down.arrive, onEnd: down.end, onDrain: up.drain });
  tieTogether(options);
  return {
    id,
    name,
    session,
    queuedBytes: () => up.queuedBytes + down.queuedBytes,
    destroy() {
      client.destroy();
      server.destroy();
    },
  };
};

/** A side that breaks off breaks the other one off too, after the link's delay. */
const tieTogether = ({ id, name, client, server, link, onClosed }: PairOptions): void => {
  const delayMs = (link?.options.rttMs ?? 0) / 2;
  let open = 2;
  for (const [side, other] of [
    [client, server],
    [server, client],
  ] as const) {
    let hasFailed = false;
    side.on('error', (error) => {
      hasFailed = true;
      debug('connection %d of %s broke off: %s', id, name, describeThrown(error));
    });
    side.on('close', () => {
      open -= 1;
      if (open === 0) onClosed();
      // After a proper end the other side ends by itself, when what is queued for it has left.
      else if (hasFailed || !side.readableEnded) setTimeout(() => breakOff(other), delayMs);
    });
  }
};

const breakOff = (socket: Socket): void => {
  if (socket.destroyed) return;
  // TLS sockets and unix sockets know no reset.
  if (socket.remoteAddress !== undefined && !('encrypted' in socket)) socket.resetAndDestroy();
  else socket.destroy();
};
