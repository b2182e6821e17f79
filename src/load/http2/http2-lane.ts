import type { ClientHttp2Stream, IncomingHttpHeaders, IncomingHttpStatusHeader } from 'node:http2';
import { constants } from 'node:http2';
import { failureMessage } from '../failure-message.ts';
import type { AnswerSink } from '../http1/answer-framer.ts';
import type { Lane } from '../lane.ts';
import type { Http2Connection } from './http2-connection.ts';

/** One stream at a time on an HTTP/2 connection that it shares with other lanes. Ordinary code on node:http2. */
export class Http2Lane implements Lane {
  readonly id: number;
  isBusy = false;
  requestIndex = 0;
  dueNs = 0;
  sentNs = 0;
  firstByteNs = 0;
  failuresInRow = 0;
  status = 0;
  headers: Readonly<Record<string, string>> = {};
  bodyBytes = 0;
  readonly dialNs = 0;
  private readonly connection: Http2Connection;
  private stream: ClientHttp2Stream | undefined;

  constructor(id: number, connection: Http2Connection) {
    this.id = id;
    this.connection = connection;
  }

  /** Heads are compressed and framing is the session's: only the body's bytes can be told by stream. */
  get wireBytes(): number {
    return this.bodyBytes;
  }

  open(): Promise<void> {
    return this.connection.open();
  }

  send(requestIndex: number, nowNs: number, sink: AnswerSink | undefined): void {
    const { clock, owner, requests } = this.connection.shared;
    this.isBusy = true;
    this.requestIndex = requestIndex;
    this.sentNs = nowNs;
    this.firstByteNs = 0;
    this.status = 0;
    this.headers = {};
    this.bodyBytes = 0;
    const stream = this.connection.request(requests[requestIndex]!);
    this.stream = stream;
    let failure = 'connection closed before an answer';
    stream.on('response', (headers) => {
      if (this.stream !== stream) return;
      this.firstByteNs = clock.nowNs();
      this.status = headers[':status'] ?? 0;
      if (sink !== undefined) this.headers = plainHeaders(headers);
      failure = 'connection closed within an answer';
    });
    stream.on('data', (bytes: Buffer) => {
      this.bodyBytes += bytes.length;
      sink?.body(bytes, 0, bytes.length);
    });
    stream.on('error', (error) => {
      failure = failureMessage((error.cause as Error | undefined) ?? error);
    });
    let hasEnded = false;
    stream.on('end', () => {
      hasEnded = true;
    });
    stream.on('close', () => {
      if (this.stream !== stream) return;
      this.stream = undefined;
      this.isBusy = false;
      if (hasEnded && this.status > 0 && stream.rstCode === constants.NGHTTP2_NO_ERROR) {
        this.failuresInRow = 0;
        owner.answered(this, clock.nowNs());
      } else {
        this.failuresInRow++;
        owner.failed(this, clock.nowNs(), failure);
      }
    });
  }

  abandon(): void {
    const { stream } = this;
    this.stream = undefined;
    this.isBusy = false;
    stream?.close(constants.NGHTTP2_CANCEL);
  }

  close(): void {
    this.abandon();
    this.connection.close();
  }
}

const plainHeaders = (headers: IncomingHttpHeaders & IncomingHttpStatusHeader): Record<string, string> => {
  const plain: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (!name.startsWith(':') && value !== undefined)
      plain[name] = Array.isArray(value) ? value.join(', ') : String(value);
  }
  return plain;
};
