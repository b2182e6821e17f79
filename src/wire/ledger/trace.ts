/** One round trip, for the waterfall of a request. Times in nanoseconds. */
export interface MessageGroupTrace {
  /** Counted from 1 in the order in which connections were opened. */
  readonly connection: number;
  /**
   * Letters of the client's messages (`>` is a first message without a type); `D+` is a run of them. `TCP` and `TLS`
   * are handshakes that the tap answered itself, with no times; `~` is what it could not read.
   */
  readonly up: string;
  /** Letters of the server's messages. */
  readonly down: string;
  /** When its first byte came, on the clock of the tap. */
  readonly startNs: number;
  /** How long the client had been away before it. */
  readonly gapNs: number | undefined;
  /** Last client byte passed on to first response byte. */
  readonly serverNs: number;
  /** First to last response byte. */
  readonly streamNs: number;
  /** Key of its first statement. */
  readonly statement: string | undefined;
}

/** The last message groups, in the order in which their answers ended. */
export interface Trace {
  add(messageGroup: MessageGroupTrace): void;
  read(): readonly MessageGroupTrace[];
  clear(): void;
}

export const createTrace = (capacity: number): Trace => {
  const ring: MessageGroupTrace[] = [];
  let next = 0;
  return {
    add(messageGroup) {
      ring[next] = messageGroup;
      next = (next + 1) % capacity;
    },
    read: () => (ring.length < capacity ? [...ring] : [...ring.slice(next), ...ring.slice(0, next)]),
    clear() {
      ring.length = 0;
      next = 0;
    },
  };
};
