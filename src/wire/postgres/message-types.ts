/*
 * The bytes of the Postgres protocol by name (https://www.postgresql.org/docs/current/protocol-message-formats.html).
 */

const byte = (letter: string): number => letter.charCodeAt(0);

/** First bytes of messages that a client sends. */
export const fromClient = {
  bind: byte('B'),
  close: byte('C'),
  copyData: byte('d'),
  copyDone: byte('c'),
  copyFail: byte('f'),
  describe: byte('D'),
  execute: byte('E'),
  flush: byte('H'),
  functionCall: byte('F'),
  parse: byte('P'),
  /** An answer to a request for a password, or a part of SASL or GSSAPI. */
  password: byte('p'),
  query: byte('Q'),
  sync: byte('S'),
  terminate: byte('X'),
} as const;

/** First bytes of messages that a server sends. */
export const fromServer = {
  bindComplete: byte('2'),
  closeComplete: byte('3'),
  commandComplete: byte('C'),
  copyBothResponse: byte('W'),
  copyInResponse: byte('G'),
  copyOutResponse: byte('H'),
  emptyQueryResponse: byte('I'),
  errorResponse: byte('E'),
  noData: byte('n'),
  noticeResponse: byte('N'),
  notificationResponse: byte('A'),
  parameterStatus: byte('S'),
  parseComplete: byte('1'),
  portalSuspended: byte('s'),
  readyForQuery: byte('Z'),
  rowDescription: byte('T'),
} as const;

/** What a first message that has no type asks for. */
export const requestCodes = { cancel: 80877102, ssl: 80877103, gss: 80877104 } as const;

/** The byte that answers a request for encryption. */
export const encryptionAnswers = { tls: byte('S'), gss: byte('G'), no: byte('N') } as const;

/** ReadyForQuery outside a transaction. */
export const idleStatus = byte('I');

/** Close names a statement with it, or else a portal. */
export const statementKind = byte('S');

/** The first byte of a TLS record that a handshake begins with. */
export const tlsHandshake = 0x16;
