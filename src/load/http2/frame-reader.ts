/** RFC 9113, 6. */
export const frameTypes = {
  data: 0,
  headers: 1,
  priority: 2,
  rstStream: 3,
  settings: 4,
  pushPromise: 5,
  ping: 6,
  goaway: 7,
  windowUpdate: 8,
  continuation: 9,
} as const;

export const flagEndStream = 0x1;
export const flagAck = 0x1;
export const flagEndHeaders = 0x4;
export const flagPadded = 0x8;
export const flagPriority = 0x20;

/** SETTINGS_MAX_FRAME_SIZE, which stays at its default. */
export const largestFrameBytes = 16_384;
const headBytes = 9;

/** Takes the frames of a connection. A payload is only valid until the call returns. */
export interface FrameSink {
  /** A whole frame of any type but DATA. */
  frame(type: number, flags: number, streamId: number, payload: Buffer, from: number, to: number): void;
  /** A part of the payload of a DATA frame, without its padding. */
  dataPart(streamId: number, bytes: Buffer, from: number, to: number): void;
  /** A DATA frame is whole: `length` with its padding. */
  dataEnd(flags: number, streamId: number, length: number): void;
  /** The bytes are not HTTP/2; nothing follows. */
  broken(problem: string): void;
}

/**
 * Cuts bytes into frames, wherever the reads end. Payloads of DATA are passed on as they come; others, at most 16 KiB, are put
 * together first where a read ends within them.
 */
export class FrameReader {
  private readonly sink: FrameSink;
  private isBroken = false;
  private readonly head = Buffer.alloc(headBytes);
  private headFill = 0;
  private type = 0;
  private flags = 0;
  private streamId = 0;
  private length = 0;
  /** Bytes of the payload that are still to come. */
  private left = 0;
  /** Padding at the end of a DATA frame. */
  private padding = 0;
  private needsPadLength = false;
  private partial: Buffer | undefined;

  constructor(sink: FrameSink) {
    this.sink = sink;
  }

  /** Ends the reading, also from within a call of the sink. */
  stop(): void {
    this.isBroken = true;
  }

  feed(bytes: Buffer, from: number, to: number): void {
    let at = from;
    while (!this.isBroken && (at < to || (this.headFill === headBytes && this.left === 0))) {
      if (this.headFill < headBytes) at = this.readHead(bytes, at, to);
      else if (this.type === frameTypes.data) at = this.readData(bytes, at, to);
      else at = this.readPayload(bytes, at, to);
    }
  }

  private readHead(bytes: Buffer, at: number, to: number): number {
    const taken = Math.min(headBytes - this.headFill, to - at);
    let source: Buffer = this.head;
    let start = 0;
    if (taken === headBytes) {
      source = bytes;
      start = at;
    } else {
      bytes.copy(this.head, this.headFill, at, at + taken);
    }
    this.headFill += taken;
    if (this.headFill < headBytes) return at + taken;
    this.length = (source[start]! << 16) | (source[start + 1]! << 8) | source[start + 2]!;
    this.type = source[start + 3]!;
    this.flags = source[start + 4]!;
    this.streamId =
      ((source[start + 5]! & 0x7f) << 24) | (source[start + 6]! << 16) | (source[start + 7]! << 8) | source[start + 8]!;
    this.left = this.length;
    this.padding = 0;
    this.needsPadLength = this.type === frameTypes.data && (this.flags & flagPadded) !== 0;
    if (this.length > largestFrameBytes) this.fail('a frame of over 16 KiB');
    return at + taken;
  }

  private readData(bytes: Buffer, from: number, to: number): number {
    let at = from;
    if (this.needsPadLength) {
      if (this.left === 0) {
        this.fail('a padded frame without its padding');
        return at;
      }
      if (at >= to) return at;
      this.padding = bytes[at++]!;
      this.left--;
      this.needsPadLength = false;
      if (this.padding > this.left) {
        this.fail('more padding than frame');
        return at;
      }
    }
    const taken = Math.min(this.left, to - at);
    const data = Math.min(taken, this.left - this.padding);
    if (data > 0) this.sink.dataPart(this.streamId, bytes, at, at + data);
    this.left -= taken;
    if (this.left === 0) {
      this.headFill = 0;
      if (!this.isBroken) this.sink.dataEnd(this.flags, this.streamId, this.length);
    }
    return at + taken;
  }

  private readPayload(bytes: Buffer, at: number, to: number): number {
    const taken = Math.min(this.left, to - at);
    if (taken === this.length) {
      this.deliver(bytes, at, at + taken);
      return at + taken;
    }
    this.partial ??= Buffer.allocUnsafeSlow(largestFrameBytes);
    bytes.copy(this.partial, this.length - this.left, at, at + taken);
    this.left -= taken;
    if (this.left === 0) this.deliver(this.partial, 0, this.length);
    return at + taken;
  }

  private deliver(payload: Buffer, from: number, to: number): void {
    this.headFill = 0;
    this.left = 0;
    this.sink.frame(this.type, this.flags, this.streamId, payload, from, to);
  }

  private fail(problem: string): void {
    this.isBroken = true;
    this.sink.broken(problem);
  }
}
