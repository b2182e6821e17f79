const usualBytes = 16 * 1024 * 1024;

/**
 * What the connections of a worker may hold together: a server that sends every one of a thousand connections most of a long head, or of
 * a long body that is to be judged, must not fill the memory.
 */
export class BytePool {
  private leftBytes: number;

  constructor(bytes: number = usualBytes) {
    this.leftBytes = bytes;
  }

  /** False when so much is not left. */
  take(bytes: number): boolean {
    if (bytes > this.leftBytes) return false;
    this.leftBytes -= bytes;
    return true;
  }

  give(bytes: number): void {
    this.leftBytes += bytes;
  }
}
