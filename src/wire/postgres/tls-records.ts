/** Outer content types of TLS records (RFC 8446, 5.1). */
const alert = 21;
const handshake = 22;
const applicationData = 23;
/** An alert of TLS 1.3 looks like data: 2 bytes, the inner type and a tag of 16. No Postgres message is that short. */
const encryptedAlertLength = 19;
/** The Finished of TLS 1.3: a header of 4, a hash of 32 or 48, the inner type and a tag of 16. */
const finishedLengths: ReadonlySet<number> = new Set([53, 69]);
/** An empty Certificate, which answers a server that asked for one, and the least that a real one takes. */
const emptyCertificateLength = 25;
const leastCertificateLength = 200;

/**
 * Counts round trips of an encrypted connection from its record headers, which are in clear.
 *
 * After the handshake every alternation of direction is a round trip, with two traps. In TLS 1.3 the client ends
 * the handshake with a Finished that nobody answers, and the server then sends session tickets that nobody waits
 * for; both look like application data. The Finished is the client's first record of that type after the server
 * has sent one, or comes behind its certificate: alone it opens no wait, so that tickets answer nothing. And both
 * sides take leave with an alert, for which nobody waits either.
 */
export interface TlsRecords {
  /** Client bytes. Whether they hold a record that asks for an answer, or take leave. */
  up(chunk: Buffer): 'asks' | 'leaves' | 'neither';
  /** Server bytes. Returns whether they hold a record that answers. */
  down(chunk: Buffer): boolean;
  /** Whether the handshake is over, so that what follows is the client's own. */
  readonly isEstablished: boolean;
}

export const createTlsRecords = (): TlsRecords => {
  const upRecords = createRecordCutter();
  const downRecords = createRecordCutter();
  let serverSentData = false;
  let clientSentData = false;
  let isTls13 = false;
  let isFinished = false;
  let hasCertificate = false;
  /** Whether an encrypted record of the client still belongs to its handshake. */
  const isOfHandshake = (length: number): boolean => {
    if (!serverSentData || isFinished || clientSentData) return false;
    isTls13 = true;
    const isCertificate = length === emptyCertificateLength || length >= leastCertificateLength;
    hasCertificate ||= isCertificate;
    isFinished = finishedLengths.has(length) || !hasCertificate;
    return true;
  };
  const isAlert = (type: number, length: number): boolean =>
    type === alert || (isTls13 && type === applicationData && length === encryptedAlertLength);

  return {
    get isEstablished() {
      return clientSentData;
    },
    up(chunk) {
      let found: 'asks' | 'leaves' | 'neither' = 'neither';
      upRecords.push(chunk, (type, length) => {
        if (isAlert(type, length)) found = 'leaves';
        else if (type === handshake) found = 'asks';
        else if (type === applicationData && !isOfHandshake(length)) {
          clientSentData = true;
          found = 'asks';
        }
      });
      return found;
    },
    down(chunk) {
      let answers = downRecords.isInside;
      downRecords.push(chunk, (type, length) => {
        if (type === applicationData) serverSentData = true;
        if ((type === handshake || type === applicationData) && !isAlert(type, length)) answers = true;
      });
      return answers;
    },
  };
};

/** Cuts a stream into records: 1 byte type, 2 version, 2 length. */
const createRecordCutter = () => {
  const header = Buffer.alloc(5);
  let heldCount = 0;
  let skipCount = 0;
  return {
    /** Whether the stream stands inside the body of a record. */
    get isInside() {
      return skipCount > 0;
    },
    push(chunk: Buffer, onRecord: (type: number, length: number) => void): void {
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
        onRecord(header[0]!, skipCount);
      }
    },
  };
};
