import type { Lane } from '../engine/lane.ts';
import type { AnswerSink } from '../http1/answer-framer.ts';
import type { AnswerHead } from './answer-head.ts';
import type { Http2Connection } from './http2-connection.ts';
import type { Http2Link } from './link.ts';
import type { Http2Request } from './request-block.ts';
import type { Exchange } from './session.ts';

/** One stream at a time on an HTTP/2 connection that it shares with other lanes. */
export class Http2Lane implements Lane, Exchange {
  readonly id: number;
  isBusy = false;
  isWaiting = false;
  requestIndex = 0;
  dueNs = 0;
  sentNs = 0;
  firstByteNs = 0;
  failuresInRow = 0;
  status = 0;
  headers: Readonly<Record<string, string>> = {};
  bodyBytes = 0;
  wireBytes = 0;
  dialNs = 0;

  // The session's.
  streamId = 0;
  request: Http2Request;
  wantsHeaders = false;
  sendWindow = 0;
  sentBytes = 0;
  unacknowledgedBytes = 0;
  hasHead = false;
  readsBefore = 0;
  isRepeated = false;

  // The connection's.
  link: Http2Link | undefined;
  /** Its request waits for a dial that was made for it. */
  isDialling = false;
  tries = 0;
  /** Refusals in a row between which nothing was answered. */
  vainTries = 0;
  answeredBefore = 0;

  private readonly connection: Http2Connection;
  private sink: AnswerSink | undefined;
  private contentLength = -1;

  constructor(id: number, connection: Http2Connection) {
    this.id = id;
    this.connection = connection;
    this.request = connection.shared.requests[0]!;
  }

  open(): Promise<void> {
    return this.connection.open();
  }

  send(requestIndex: number, nowNs: number, sink: AnswerSink | undefined): void {
    this.isBusy = true;
    this.requestIndex = requestIndex;
    this.sentNs = nowNs;
    this.firstByteNs = 0;
    this.status = 0;
    this.bodyBytes = 0;
    this.wireBytes = 0;
    this.dialNs = 0;
    this.contentLength = -1;
    this.sink = sink;
    this.wantsHeaders = sink !== undefined;
    this.hasHead = false;
    this.isRepeated = false;
    this.tries = 0;
    this.vainTries = 0;
    this.connection.request(this);
  }

  abandon(): void {
    if (!this.isBusy) return;
    this.isBusy = false;
    this.isWaiting = false;
    this.sink = undefined;
    this.connection.cancel(this);
  }

  close(): void {
    this.isBusy = false;
    this.connection.close();
  }

  head({ status, headers, contentLength, cookies }: AnswerHead): void {
    this.connection.jar?.take(cookies);
    this.firstByteNs = this.connection.shared.clock.nowNs();
    this.status = status;
    this.headers = headers;
    // RFC 9110, 6.4.1: these have none, whatever they say its length would be.
    const hasBody = !this.request.isHead && status !== 204 && status !== 304;
    this.contentLength = hasBody ? contentLength : 0;
  }

  data(bytes: Buffer, from: number, to: number): void {
    this.bodyBytes += to - from;
    this.sink?.body(bytes, from, to);
  }

  wire(length: number): void {
    this.wireBytes += length;
  }

  end(): void {
    if (this.contentLength >= 0 && this.contentLength !== this.bodyBytes) {
      this.fail('malformed answer: a body that is not as long as content-length says');
      return;
    }
    this.settle();
    this.failuresInRow = 0;
    this.connection.shared.owner.answered(this, this.connection.shared.clock.nowNs());
    this.connection.progress();
  }

  fail(message: string, isOwn = false): void {
    // Where only the stream failed there is nothing to dial, so nothing to wait for.
    const isConnected = this.link !== undefined && !this.link.session.isDraining;
    this.settle();
    if (!isConnected) this.failuresInRow++;
    this.connection.shared.owner.failed(this, this.connection.shared.clock.nowNs(), message, isOwn);
  }

  private settle(): void {
    this.isBusy = false;
    this.isWaiting = false;
    this.link = undefined;
    this.sink = undefined;
  }
}
