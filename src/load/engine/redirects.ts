import type { AnswerSink } from '../http1/answer-framer.ts';
import type { LoadJob } from '../job/job.ts';
import { headerFields } from '../job/request-headers.ts';
import type { LoadRequest } from '../job/types.ts';
import type { Lane } from './lane.ts';

const redirecting = new Set([301, 302, 303, 307, 308]);
/** Fields that speak of a body. */
const ofBodies = new Set(['content-type', 'content-length', 'content-encoding', 'transfer-encoding']);

/** Whether a request is on its way again; `many`: it would have been, but for the limit. */
export type Hop = 'no' | 'yes' | 'many';

/**
 * Follows redirects to the same server, each on the connection that was told of it. A lane has one place for the request that it was
 * redirected to, behind the job's own, so that a server which makes up locations fills no memory.
 */
export class Redirects {
  /** Asks for the headers of an answer and for nothing else. */
  readonly headsOnly: AnswerSink = { body: () => {} };
  private readonly job: LoadJob;
  private readonly replace: (index: number, request: LoadRequest) => void;
  private readonly scheme: string;
  private readonly routes = new Map<number, { readonly origin: number; request: LoadRequest; hops: number }>();

  /** @param replace Puts a request at an index of those that lanes can send. */
  constructor(job: LoadJob, replace: (index: number, request: LoadRequest) => void) {
    this.job = job;
    this.replace = replace;
    this.scheme = job.tls === undefined ? 'http' : 'https';
  }

  /** Follows the answer on a lane where it is a redirect. */
  follow(lane: Lane, nowNs: number, sink: () => AnswerSink): Hop {
    if (!redirecting.has(lane.status)) return 'no';
    const route = this.routes.get(lane.id);
    const before = route?.request ?? this.job.requests[lane.requestIndex]!;
    const request = this.redirected(before, lane.status, lane.headers['location']);
    if (request === undefined) return 'no';
    if (route === undefined) this.routes.set(lane.id, { origin: lane.requestIndex, request, hops: 1 });
    else if (route.hops === this.job.redirects) return 'many';
    else {
      route.request = request;
      route.hops++;
    }
    const index = this.job.requests.length + lane.id;
    this.replace(index, request);
    const { sentNs } = lane;
    lane.send(index, nowNs, sink());
    lane.sentNs = sentNs;
    return 'yes';
  }

  /** A request has ended, whatever became of it: the lane's request is again the one that the load had planned. */
  ended(lane: Lane): void {
    const route = this.routes.get(lane.id);
    if (route === undefined) return;
    this.routes.delete(lane.id);
    lane.requestIndex = route.origin;
  }

  /** The request to send instead (RFC 9110, 15.4); undefined for a place on another server, or none. */
  private redirected(before: LoadRequest, status: number, location: string | undefined): LoadRequest | undefined {
    if (location === undefined) return undefined;
    const from = new URL(before.path, `${this.scheme}://${this.job.authority}`);
    const to = URL.parse(location, from.href);
    if (to === null || to.origin !== from.origin) return undefined;
    // Through a proxy requests have their whole URL.
    const path = before.path.startsWith('/') ? to.pathname + to.search : to.origin + to.pathname + to.search;
    const becomesGet =
      (status === 303 && before.method !== 'HEAD') || ((status === 301 || status === 302) && before.method === 'POST');
    if (!becomesGet) return { ...before, path };
    const { body: _, bodyBase64: __, ...rest } = before;
    const headers = headerFields(before.headers).filter(([name]) => !ofBodies.has(name.toLowerCase()));
    return { ...rest, method: 'GET', path, headers };
  }
}
