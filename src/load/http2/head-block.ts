import { largestHeadBytes } from './answer-head.ts';

/** A head whose frames are still coming: RFC 9113, 6.10. */
export class HeadBlock {
  isOpen = false;
  streamId = 0;
  /** Whether the stream ends with it. */
  isLast = false;
  bytes: Buffer = Buffer.alloc(0);
  length = 0;

  /** Returns false when it is too long. */
  open(streamId: number, isLast: boolean, payload: Buffer, from: number, to: number): boolean {
    this.isOpen = true;
    this.streamId = streamId;
    this.isLast = isLast;
    this.length = 0;
    return this.add(payload, from, to);
  }

  add(payload: Buffer, from: number, to: number): boolean {
    const length = this.length + to - from;
    if (length > largestHeadBytes) return false;
    if (length > this.bytes.length) {
      const grown = Buffer.allocUnsafeSlow(Math.min(largestHeadBytes, length * 2));
      this.bytes.copy(grown, 0, 0, this.length);
      this.bytes = grown;
    }
    payload.copy(this.bytes, this.length, from, to);
    this.length = length;
    return true;
  }

  close(): void {
    this.isOpen = false;
  }
}
