/** Outer content types of TLS records (RFC 8446, 5.1). */
const handshake = 22;
const applicationData = 23;

/**
 * Counts turnarounds of an encrypted connection from its record headers, which are in clear.
 *
 * After the handshake every alternation of direction is a turnaround, with one trap: in TLS 1.3 the client
 * ends the handshake with a Finished that nobody answers, and the server then sends session tickets that
 * nobody waits for. Both look like application data. The Finished is the client's first record of that
 * type after the server has sent one; alone it opens no wait, so that tickets answer nothing.
 */
export interface TlsRecords {
  /** Client bytes. Returns whether they hold a record that waits for an answer. */
  up(chunk: Buffer): boolean;
  /** Server bytes. */
  down(chunk: Buffer): void;
  /** Whether the handshake is over, so that what follows is the client's own. */
  readonly isEstablished: boolean;
}

export const createTlsRecords = (): TlsRecords => {
  const upRecords = createRecordCutter();
  const downRecords = createRecordCutter();
  let serverSentData = false;
  let clientSentData = false;
  let isTls13 = false;

  return {
    get isEstablished() {
      return clientSentData;
    },
    up(chunk) {
      let waits = false;
      upRecords.push(chunk, (type) => {
        if (type === handshake) waits = true;
        if (type !== applicationData) return;
        if (!clientSentData && serverSentData && !isTls13) {
          // The encrypted Finished of TLS 1.3.
          isTls13 = true;
          return;
        }
        clientSentData = true;
        waits = true;
      });
      return waits;
    },
    down(chunk) {
      downRecords.push(chunk, (type) => {
        if (type === applicationData) serverSentData = true;
      });
    },
  };
};

/** Cuts a stream into records: 1 byte type, 2 version, 2 length. */
const createRecordCutter = () => {
  const header = Buffer.alloc(5);
  let heldCount = 0;
  let skipCount = 0;
  return {
    push(chunk: Buffer, onRecord: (type: number) => void): void {
      let at = 0;
      while (at < chunk.length) {
        if (skipCount > 0) {
          const step = Math.min(skipCount, chunk.length - at);
          skipCount -= step;
          at += step;
          continue;
        }
        const step = Math.min(5 - heldCount, chunk.length - at);
        chunk.copy(header, heldCount, at, at + step);
        heldCount += step;
        at += step;
        if (heldCount < 5) return;
        heldCount = 0;
        skipCount = header.readUInt16BE(3);
        onRecord(header[0]!);
      }
    },
  };
};
