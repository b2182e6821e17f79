import { CookieJar } from '../engine/cookie-jar.ts';
import type { LaneOwner } from '../engine/lane.ts';
import type { Http2Lane } from './http2-lane.ts';
import { Http2Link, type LinkOwner, type LinkShared } from './link.ts';
import { type Http2Request, withCookies } from './request-block.ts';
import type { Exchange } from './session.ts';

/** What the connections of a worker share. */
export interface Http2Shared extends LinkShared {
  readonly owner: LaneOwner;
  /** By request index. */
  readonly requests: readonly Http2Request[];
  readonly keepsCookies: boolean;
}

/** A request that was never processed is sent again this often while nothing else gets on either. */
const mostVainTries = 5;
/** However it goes on around it: a server may take one request on each connection, and -p be a thousand. */
const mostTries = 1_000;
/** After the second vain try in a row, doubled with each. */
const firstDelayMs = 10;
/** A server whose settings don't come is left to the first requests. */
const settingsTimeoutMs = 1_000;

/**
 * A place for one HTTP/2 connection, which several lanes use at a time, and which is dialled again when a request finds it closed. A
 * connection that the server shuts down is kept beside its successor for as long as it owes answers.
 *
 *     lane.send ──> waiting ──> current link ──> answered
 *                      ^              │ refused, GOAWAY
 *                      └── parked <───┘
 */
export class Http2Connection implements LinkOwner {
  readonly shared: Http2Shared;
  /** Its lanes are one user. */
  readonly jar: CookieJar | undefined;
  private current: Http2Link | undefined;
  private readonly links = new Set<Http2Link>();
  private waiting: Http2Lane[] = [];
  /** Refused and to be sent again: when something was answered, or after a while. */
  private parked: Http2Lane[] = [];
  private parkTimer: NodeJS.Timeout | undefined;
  private answered = 0;
  private isPumping = false;
  private whenSettled: (() => void)[] = [];

  constructor(shared: Http2Shared) {
    this.shared = shared;
    this.jar = shared.keepsCookies ? new CookieJar() : undefined;
  }

  /** Resolves when it is open and the server has said how it is to be used, or when that failed: then a request will tell. */
  open(): Promise<void> {
    this.current ??= this.dial();
    if (this.current.session.hasSettings) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, settingsTimeoutMs);
      this.whenSettled.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  /** Starts the request of a lane as soon as a stream is free. */
  request(lane: Http2Lane): void {
    if (this.current === undefined && this.waiting.length === 0) {
      // The dial is for this request, and counts as its time, as with HTTP/1.1.
      this.current = this.dial();
      lane.isWaiting = false;
      lane.isDialling = true;
      this.waiting.push(lane);
    } else if (this.waiting.length === 0 && this.current?.isOpen && this.current.session.canStart) {
      lane.isWaiting = false;
      this.start(lane, this.current);
    } else {
      lane.isWaiting = true;
      this.waiting.push(lane);
    }
  }

  /** Forgets the request of a lane. */
  cancel(lane: Http2Lane): void {
    this.waiting = this.waiting.filter((one) => one !== lane);
    this.parked = this.parked.filter((one) => one !== lane);
    const { link } = lane;
    lane.link = undefined;
    link?.session.cancel(lane);
    // Not at once: at the end of the load all are cancelled in a row.
    if (this.waiting.length > 0) setImmediate(() => this.pump());
  }

  close(): void {
    clearTimeout(this.parkTimer);
    this.waiting = [];
    this.parked = [];
    this.current = undefined;
    for (const link of this.links) link.close();
    this.links.clear();
    this.settled();
  }

  /** A lane got its answer. */
  progress(): void {
    this.answered++;
    if (this.parked.length > 0) this.unpark();
  }

  opened(link: Http2Link, dialNs: number): void {
    this.shared.owner.dialled(dialNs);
    const [first] = this.waiting;
    if (first?.isDialling && link === this.current) first.dialNs = dialNs;
    this.pump();
  }

  changed(link: Http2Link): void {
    if (link.session.hasSettings) this.settled();
    if (link.session.isDraining && link === this.current) this.current = undefined;
    this.pump();
  }

  refused(exchanges: readonly Exchange[], message: string, isProgress: boolean): void {
    const again: Http2Lane[] = [];
    const failed: Http2Lane[] = [];
    for (const exchange of exchanges) {
      const lane = exchange as Http2Lane;
      lane.link = undefined;
      lane.vainTries = isProgress || this.answered !== lane.answeredBefore ? 1 : lane.vainTries + 1;
      (lane.vainTries > mostVainTries || ++lane.tries > mostTries ? failed : again).push(lane);
    }
    for (const lane of again) {
      this.shared.owner.retried(lane);
      if (lane.vainTries > 1) this.park(lane);
    }
    // In their order, before those that were never sent.
    this.waiting.unshift(...again.filter(({ vainTries }) => vainTries === 1));
    for (const lane of failed) lane.fail(message);
  }

  closed(link: Http2Link, message: string, isOwn: boolean): void {
    this.links.delete(link);
    this.settled();
    if (link === this.current) {
      this.current = undefined;
      // It never opened: what waited for it was sent in vain, as a request of HTTP/1.1 that can't be dialled for.
      if (!link.isOpen) {
        const lanes = this.waiting;
        this.waiting = [];
        for (const lane of lanes) lane.fail(message, isOwn);
      }
    }
    this.pump();
  }

  /** Gives free streams to those that wait. */
  private pump(): void {
    // Starting one may fail others, which may ask for more.
    if (this.isPumping) return;
    this.isPumping = true;
    while (this.waiting.length > 0) {
      this.current ??= this.dial();
      if (!this.current.isOpen || !this.current.session.canStart) break;
      this.start(this.waiting.shift()!, this.current);
    }
    this.isPumping = false;
  }

  private start(lane: Http2Lane, link: Http2Link): void {
    lane.link = link;
    lane.isDialling = false;
    lane.answeredBefore = this.answered;
    if (lane.isWaiting) {
      lane.isWaiting = false;
      lane.sentNs = this.shared.clock.nowNs();
      this.shared.owner.started(lane);
    }
    const request = this.shared.requests[lane.requestIndex]!;
    link.session.start(lane, this.jar === undefined ? request : withCookies(request, this.jar.header));
  }

  private park(lane: Http2Lane): void {
    this.parked.push(lane);
    this.parkTimer ??= setTimeout(() => this.unpark(), firstDelayMs * 2 ** (lane.vainTries - 2));
  }

  private unpark(): void {
    clearTimeout(this.parkTimer);
    this.parkTimer = undefined;
    this.waiting.unshift(...this.parked);
    this.parked = [];
    this.pump();
  }

  private dial(): Http2Link {
    const link = new Http2Link(this.shared, this);
    this.links.add(link);
    return link;
  }

  private settled(): void {
    if (this.whenSettled.length === 0) return;
    const resolvers = this.whenSettled;
    this.whenSettled = [];
    for (const resolve of resolvers) resolve();
  }
}
