import { createServer, type Server, type Socket } from 'node:net';
import { type Clock, PitwallError } from '../../base/index.ts';
import { createRandom, Histogram } from '../../stats/index.ts';
import { type Address, connectTo, formatAddress } from './address.ts';
import { openChannel } from './channel.ts';
import { createCollector } from './collector.ts';
import { createDelayPlan, type LinkOptions } from './delay.ts';
import { createDepartures } from './departures.ts';
import { type Counts, createLedger, resetLedger, zeroCounts } from './ledger.ts';
import { Leg } from './leg.ts';
import { createSession, type Session } from './session.ts';
import { addCounts, type LedgerSnapshot, snapshotOf, summariseTimes, type TimeSummary } from './snapshot.ts';
import { type Certificate, createTlsTerminator } from './terminate.ts';
import { createTrace } from './trace.ts';

export interface TapOptions {
  readonly listen: Address;
  readonly upstream: Address;
  /** What is counted: nothing (a relay), alternations of direction, or messages. */
  readonly count: 'none' | 'layer4' | 'messages';
  /** An emulated network path between client and server. @default none */
  readonly link?: LinkOptions;
  /** Takes TLS off with this certificate, so that messages are seen. @default TLS passes through, counted by records */
  readonly terminate?: Certificate;
  /** A client that stays away longer than this ends a hold. @default 5 */
  readonly holdGapMs?: number;
  /** Of the link's jitter. @default 1 */
  readonly seed?: number;
  readonly clock: Clock;
}

/** What the link did, beside what it was asked to do. */
export interface LinkSnapshot {
  readonly askedRttMs: number;
  /** Both ways of the same turnaround, from arrival to departure. Absent before the first. */
  readonly rtt?: TimeSummary;
  /** One way, each chunk. */
  readonly oneWay?: TimeSummary;
}

export interface Tap extends AsyncDisposable {
  /** Where it listens, with the port that the system chose. */
  readonly address: Address;
  snapshot(): { readonly ledger: LedgerSnapshot; readonly link: LinkSnapshot };
  /** Each open connection's own counts. */
  connections(): readonly { readonly id: number; readonly client: string; readonly counts: Readonly<Counts> }[];
  reset(): void;
  /** The key of the statement (see `statementTexts`) with which every hold of a pool connection begins. */
  setHoldStart(key: string | undefined): void;
  /** Lets what is on its way arrive, then closes everything. */
  close(): Promise<void>;
}

const traceLength = 256;

/**
 * A transparent proxy between Postgres clients and a server. Every byte goes on unchanged and in order; what is
 * counted is counted beside the stream. Throws `observe.failed` when it can't listen.
 */
export const startTap = async (options: TapOptions): Promise<Tap> => {
  const { clock, link, upstream, count } = options;
  if (options.terminate !== undefined && link !== undefined) return startTerminatingLink(options, link);
  const nowNs = clock.nowNs;
  const departures = createDepartures(nowNs);
  const collect = createCollector();
  const random = createRandom(options.seed ?? 1);
  const ledger = createLedger();
  const trace = createTrace(traceLength);
  const oneWay = new Histogram(60e9);
  const rtt = new Histogram(60e9);
  const pairs = new Map<number, Pair>();
  const terminateTls = options.terminate && createTlsTerminator(options.terminate);
  let holdStart: string | undefined;
  let nextId = 1;

  const joinPair = (client: Socket, server: Socket, name: string, tlsTurnarounds: number | undefined): void => {
    const id = nextId;
    nextId += 1;
    const session =
      count === 'none'
        ? undefined
        : createSession(ledger, {
            count,
            isTcp: !('path' in options.listen),
            ...(tlsTurnarounds === undefined ? {} : { terminatedTlsTurnarounds: tlsTurnarounds }),
            ...(options.holdGapMs === undefined ? {} : { holdGapMs: options.holdGapMs }),
            holdStart: () => holdStart,
            connection: id,
            openedNs: nowNs(),
            trace: trace.add,
          });
    let lastUpForwardedNs = 0;
    let lastUpDelayNs = 0;
    let isAnswered = true;
    const sinceUpNs: number[] = [];
    const clientLeg = new Leg(client);
    const serverLeg = new Leg(server);

    const up = openChannel({
      from: clientLeg,
      to: serverLeg,
      nowNs,
      departures,
      plan: link && createDelayPlan(link, random),
      firstExtraNs: (link?.rttMs ?? 0) * 1e6,
      arrived: (chunk, arrivedNs) => session?.up(chunk, arrivedNs),
      forwarded(chunk, arrivedNs, forwardedNs) {
        collect(chunk.length);
        lastUpForwardedNs = forwardedNs;
        lastUpDelayNs = forwardedNs - arrivedNs;
        isAnswered = false;
        if (link !== undefined) oneWay.record(lastUpDelayNs);
      },
    });
    const down = openChannel({
      from: serverLeg,
      to: clientLeg,
      nowNs,
      departures,
      plan: link && createDelayPlan(link, random),
      firstExtraNs: 0,
      arrived(_chunk, arrivedNs) {
        if (session !== undefined) sinceUpNs.push(arrivedNs - lastUpForwardedNs);
      },
      forwarded(chunk, arrivedNs, forwardedNs) {
        collect(chunk.length);
        if (link !== undefined) {
          oneWay.record(forwardedNs - arrivedNs);
          if (!isAnswered) rtt.record(lastUpDelayNs + forwardedNs - arrivedNs);
        }
        isAnswered = true;
        session?.down(chunk, arrivedNs, sinceUpNs.shift()!, forwardedNs);
      },
    });
    clientLeg.start({ onChunk: up.arrive, onEnd: up.end, onDrain: down.drain });
    serverLeg.start({ onChunk: down.arrive, onEnd: down.end, onDrain: up.drain });
    const pair: Pair = { id, name, client, server, session, queuedBytes: () => up.queuedBytes + down.queuedBytes };
    pairs.set(id, pair);
    tieTogether(pair, (link?.rttMs ?? 0) / 2, () => {
      pairs.delete(id);
      if (session === undefined) return;
      session.close();
      addCounts(ledger.counts, session.counts);
    });
  };

  const pending = new Set<Socket>();
  const accept = (client: Socket): void => {
    client.setNoDelay(true);
    const name = client.remoteAddress === undefined ? 'unix' : `${client.remoteAddress}:${client.remotePort}`;
    if (terminateTls === undefined) {
      joinPair(client, connectTo(upstream), name, undefined);
      return;
    }
    pending.add(client);
    client.once('close', () => pending.delete(client));
    terminateTls(client, upstream).then(
      (joined) => joinPair(joined.client, joined.server, name, joined.tlsTurnarounds),
      // The client sees its connection broken off, as it would by the server.
      () => undefined,
    );
  };
  const server = await listen(options.listen, accept);

  const close = async (): Promise<void> => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    const untilNs = clock.nowNs() + (200 + 3 * (link?.rttMs ?? 0)) * 1e6;
    while (clock.nowNs() < untilNs && [...pairs.values()].some((pair) => pair.queuedBytes() > 0)) {
      await clock.sleepUntilNs(clock.nowNs() + 5e6);
    }
    for (const { client, server: behind } of pairs.values()) {
      client.destroy();
      behind.destroy();
    }
    for (const client of pending) client.destroy();
    await closed;
    departures.close();
  };

  return {
    address: addressOf(server, options.listen),
    snapshot: () => ({
      ledger: snapshotOf(
        ledger,
        [...pairs.values()].flatMap(({ session }) => (session === undefined ? [] : [session.counts])),
        trace.read(),
      ),
      link: {
        askedRttMs: link?.rttMs ?? 0,
        ...(rtt.total > 0 ? { rtt: summariseTimes(rtt) } : {}),
        ...(oneWay.total > 0 ? { oneWay: summariseTimes(oneWay) } : {}),
      },
    }),
    connections: () =>
      [...pairs.values()].map(({ id, name, session }) => ({
        id,
        client: name,
        counts: session?.counts ?? zeroCounts(),
      })),
    reset() {
      resetLedger(ledger);
      for (const { session } of pairs.values()) session?.reset();
      trace.clear();
      oneWay.reset();
      rtt.reset();
    },
    setHoldStart(key) {
      holdStart = key;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
};

interface Pair {
  readonly id: number;
  readonly name: string;
  readonly client: Socket;
  readonly server: Socket;
  readonly session: Session | undefined;
  queuedBytes(): number;
}

/** A side that breaks off breaks the other one off too, after the link's delay. */
const tieTogether = ({ client, server }: Pair, delayMs: number, onClosed: () => void): void => {
  let open = 2;
  for (const [side, other] of [
    [client, server],
    [server, client],
  ] as const) {
    let hasFailed = false;
    side.on('error', () => {
      hasFailed = true;
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

/**
 * TLS off and a link: the link lies before the tap, so that the handshake feels it. Times are those on the server's
 * side; the client's gap holds the link's round trip.
 */
const startTerminatingLink = async (options: TapOptions, link: LinkOptions): Promise<Tap> => {
  const { link: _, ...inner } = options;
  const tap = await startTap({ ...inner, listen: { host: '127.0.0.1', port: 0 } });
  const { terminate: _terminate, ...outer } = options;
  const relay = await startTap({ ...outer, link, upstream: tap.address, count: 'none' }).catch(
    async (error: unknown) => {
      await tap.close();
      throw error;
    },
  );
  const close = async (): Promise<void> => {
    await relay.close();
    await tap.close();
  };
  return {
    ...tap,
    address: relay.address,
    snapshot: () => ({ ledger: tap.snapshot().ledger, link: relay.snapshot().link }),
    reset() {
      tap.reset();
      relay.reset();
    },
    close,
    [Symbol.asyncDispose]: close,
  };
};

const listen = (address: Address, accept: (client: Socket) => void): Promise<Server> =>
  new Promise((resolve, reject) => {
    const server = createServer({ allowHalfOpen: true, noDelay: true }, accept);
    server.once('error', (cause) =>
      reject(new PitwallError('observe.failed', `Can't listen on ${formatAddress(address)}.`, { cause })),
    );
    server.listen({ ...address, backlog: 1024 }, () => resolve(server));
  });

const addressOf = (server: Server, asked: Address): Address => {
  const bound = server.address();
  return typeof bound === 'object' && bound !== null && !('path' in asked)
    ? { host: asked.host, port: bound.port }
    : asked;
};
