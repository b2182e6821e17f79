import { type ClientHttp2Session, type ClientHttp2Stream, connect, type OutgoingHttpHeaders } from 'node:http2';
import type { Clock } from '../../base/index.ts';
import type { Dialler } from '../dial.ts';
import type { LaneOwner } from '../lane.ts';

export interface Http2Request {
  readonly headers: OutgoingHttpHeaders;
  readonly body: Buffer | undefined;
}

/** What the connections of a worker share. */
export interface Http2Shared {
  readonly clock: Clock;
  readonly owner: LaneOwner;
  readonly dialler: Dialler;
  readonly authority: string;
  /** By request index. */
  readonly requests: readonly Http2Request[];
}

/** One HTTP/2 connection, which several lanes use at a time, and which is dialled again when a request finds it closed. */
export class Http2Connection {
  readonly shared: Http2Shared;
  private session: ClientHttp2Session | undefined;
  private opening: Promise<void> = Promise.resolve();

  constructor(shared: Http2Shared) {
    this.shared = shared;
  }

  /** Resolves when it is open, or has failed: then a request will tell. */
  open(): Promise<void> {
    this.ensure();
    return this.opening;
  }

  request({ headers, body }: Http2Request): ClientHttp2Stream {
    const stream = this.ensure().request(headers, { endStream: body === undefined });
    if (body !== undefined) stream.end(body);
    return stream;
  }

  close(): void {
    const { session } = this;
    this.session = undefined;
    session?.destroy();
  }

  private ensure(): ClientHttp2Session {
    if (this.session !== undefined && !this.session.closed && !this.session.destroyed) return this.session;
    const { authority, clock, dialler, owner } = this.shared;
    const startNs = clock.nowNs();
    const session = connect(`${dialler.isTls ? 'https' : 'http'}://${authority}`, {
      createConnection: () => dialler.dial(undefined),
    });
    this.session = session;
    this.opening = new Promise((resolve) => {
      session.once('connect', () => {
        owner.dialled(clock.nowNs() - startNs);
        resolve();
      });
      session.once('close', resolve);
    });
    // Its streams fail as well, and tell their lanes.
    session.on('error', () => {});
    session.on('goaway', () => {
      if (this.session === session) this.session = undefined;
    });
    return session;
  }
}
