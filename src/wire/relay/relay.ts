import { createServer, type Server, type Socket } from 'node:net';
import { debuglog } from 'node:util';
import { type Clock, describeThrown, PitwallError, present } from '../../base/index.ts';
import { createRandom, Histogram } from '../../stats/index.ts';
import { type Counts, createLedger, resetLedger, zeroCounts } from '../ledger/ledger.ts';
import { addCounts, type LedgerSnapshot, summariseTimes, type TimeSummary, takeSnapshot } from '../ledger/snapshot.ts';
import { createTrace } from '../ledger/trace.ts';
import { createSession, type Session } from '../postgres/session.ts';
import { type Address, connectTo, formatAddress } from './address.ts';
import type { LinkOptions } from './delay.ts';
import { createDepartures } from './departures.ts';
import { createCollector } from './memory.ts';
import { joinPair, type PairLink, type SocketPair } from './pair.ts';
import { type Certificate, createTlsTerminator } from './terminate.ts';

/** Written for NODE_DEBUG=pitwall:wire; nothing here runs per byte. */
const debug = debuglog('pitwall:wire');

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
  /** The random seed of the link's jitter. @default 1 */
  readonly seed?: number;
  readonly clock: Clock;
}

/** What the link did, beside what it was asked to do. */
export interface LinkSnapshot {
  readonly askedRttMs: number;
  /** Both ways of the same round trip, from arrival to departure. Absent before the first. */
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
  const departures = createDepartures(clock.nowNs);
  const collect = createCollector();
  const counted = createCounting(options);
  const pairLink: PairLink | undefined = link && {
    options: link,
    random: createRandom(options.seed ?? 1),
    oneWay: new Histogram(60e9),
    rtt: new Histogram(60e9),
  };
  const pairs = new Map<number, SocketPair>();
  const terminateTls = options.terminate && createTlsTerminator(options.terminate);
  let nextId = 1;

  const join = (client: Socket, server: Socket, name: string, tlsRoundTrips?: number): void => {
    const id = nextId;
    nextId += 1;
    const session = counted.open(id, tlsRoundTrips);
    const onClosed = (): void => {
      pairs.delete(id);
      counted.close(session);
    };
    const { nowNs } = clock;
    const shared = { departures, link: pairLink, nowNs, onPassed: collect, onClosed };
    pairs.set(id, joinPair({ id, name, client, server, session, ...shared }));
  };

  const pending = new Set<Socket>();
  const accept = (client: Socket): void => {
    client.setNoDelay(true);
    const name = client.remoteAddress === undefined ? 'unix' : `${client.remoteAddress}:${client.remotePort}`;
    if (terminateTls === undefined) {
      join(client, connectTo(upstream), name);
      return;
    }
    pending.add(client);
    client.once('close', () => pending.delete(client));
    terminateTls(client, upstream).then(
      (joined) => join(joined.client, joined.server, name, joined.tlsRoundTrips),
      // The client sees its connection broken off, as it would by the server.
      (error: unknown) => debug('TLS with %s could not be set up: %s', name, describeThrown(error)),
    );
  };
  const server = await listen(options.listen, accept);
  const address = findAddress(server, options.listen);
  debug('tap on %s in front of %s, counting %s, link %j', formatAddress(address), formatAddress(upstream), count, link);

  const close = async (): Promise<void> => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    await untilPassed(pairs, clock, link);
    for (const pair of pairs.values()) pair.destroy();
    for (const client of pending) client.destroy();
    await closed;
    departures.close();
    debug('tap on %s closed', formatAddress(address));
  };

  return {
    address,
    snapshot: () => ({ ledger: counted.snapshot([...pairs.values()]), link: snapshotLink(pairLink) }),
    connections: () => [...pairs.values()].map(readCounts),
    reset() {
      counted.reset();
      for (const { session } of pairs.values()) session?.reset();
      pairLink?.oneWay.reset();
      pairLink?.rtt.reset();
    },
    close,
    [Symbol.asyncDispose]: close,
  };
};

/** Waits until nothing is on its way any more, for as long as the link takes and a little. */
const untilPassed = async (
  pairs: ReadonlyMap<number, SocketPair>,
  clock: Clock,
  link: LinkOptions | undefined,
): Promise<void> => {
  const untilNs = clock.nowNs() + (200 + 3 * (link?.rttMs ?? 0)) * 1e6;
  while (clock.nowNs() < untilNs && [...pairs.values()].some((pair) => pair.queuedBytes() > 0)) {
    await clock.sleepUntilNs(clock.nowNs() + 5e6);
  }
};

/** The ledger of a tap and the sessions that are entered into it. */
const createCounting = ({ count, clock, listen, holdGapMs }: TapOptions) => {
  const ledger = createLedger();
  const trace = createTrace(traceLength);
  return {
    /** Undefined: this tap counts nothing. */
    open(connection: number, terminatedTlsRoundTrips: number | undefined): Session | undefined {
      if (count === 'none') return undefined;
      return createSession(ledger, {
        count,
        isTcp: !('path' in listen),
        ...present('terminatedTlsRoundTrips', terminatedTlsRoundTrips),
        ...present('holdGapMs', holdGapMs),
        connection,
        openedNs: clock.nowNs(),
        trace: trace.add,
      });
    },
    close(session: Session | undefined): void {
      if (session === undefined) return;
      session.close();
      addCounts(ledger.counts, session.counts);
    },
    snapshot: (open: readonly SocketPair[]): LedgerSnapshot =>
      takeSnapshot(
        ledger,
        open.flatMap(({ session }) => (session === undefined ? [] : [session.counts])),
        trace.read(),
      ),
    /** All but what open sessions have counted. */
    reset(): void {
      resetLedger(ledger);
      trace.clear();
    },
  };
};

const readCounts = ({ id, name, session }: SocketPair) => ({
  id,
  client: name,
  counts: session?.counts ?? zeroCounts(),
});

const snapshotLink = (link: PairLink | undefined): LinkSnapshot => ({
  askedRttMs: link?.options.rttMs ?? 0,
  ...(link !== undefined && link.rtt.total > 0 ? { rtt: summariseTimes(link.rtt) } : {}),
  ...(link !== undefined && link.oneWay.total > 0 ? { oneWay: summariseTimes(link.oneWay) } : {}),
});

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

const findAddress = (server: Server, asked: Address): Address => {
  const bound = server.address();
  return typeof bound === 'object' && bound !== null && !('path' in asked)
    ? { host: asked.host, port: bound.port }
    : asked;
};
