import type { AnswerSink } from '../http1/answer-framer.ts';

/**
 * A place for one request at a time: a connection of HTTP/1.1, or a stream of HTTP/2. The engine gives it a request and hears
 * from it once, by `answered` or `failed`; after `abandon` it hears nothing of that request.
 */
export interface Lane {
  readonly id: number;
  isBusy: boolean;
  /** It has its request, but waits for a free stream of HTTP/2: nothing was sent. */
  readonly isWaiting: boolean;
  requestIndex: number;
  /** Open loop: when the request was due. */
  dueNs: number;
  /** When the request was sent, or the dial for it began. */
  sentNs: number;
  /** When the first bytes of the answer came; 0 before. */
  firstByteNs: number;
  /** Failures in a row, for the back-off. */
  failuresInRow: number;
  /** What came of the last answer. */
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly bodyBytes: number;
  /** How long the dial took, for the first request on a connection; 0 for the others. */
  readonly dialNs: number;
  /** Bytes of the answer on the wire. */
  readonly wireBytes: number;
  /** Opens the connection ahead of the first request; resolves also when that fails, since a request will tell. */
  open(): Promise<void>;
  /** Sends request `requestIndex`. A sink asks for headers and body of the answer. */
  send(requestIndex: number, nowNs: number, sink: AnswerSink | undefined): void;
  /** Gives up the request on its way and its connection. */
  abandon(): void;
  close(): void;
}

/** Who a lane reports to. Called at most once a request, never from within `send`. */
export interface LaneOwner {
  answered(lane: Lane, nowNs: number): void;
  /** @param isOwnFault The machine of the client lacked what it takes to send it. @default false */
  failed(lane: Lane, nowNs: number, message: string, isOwnFault?: boolean): void;
  dialled(durationNs: number): void;
  /** A request that had to wait for a free stream was sent: `sentNs` says when. */
  started(lane: Lane): void;
  /** A request of which no byte of an answer came, or that the server says it has not processed, is sent again. */
  retried(lane: Lane): void;
  /** Bytes came that no request had asked for. */
  surplus(): void;
}
