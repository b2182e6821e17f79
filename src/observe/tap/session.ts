import { Framer } from './framer.ts';
import { type Counts, type Ledger, zeroCounts } from './ledger.ts';
import { createReplies } from './replies.ts';
import type { StatementCount } from './statements.ts';
import { createTlsRecords } from './tls-records.ts';
import type { FlightTrace } from './trace.ts';

/** What the relay tells of one connection. All times are nanoseconds of one monotonic clock. */
export interface Session {
  readonly counts: Counts;
  /** The client's bytes, when they arrived. */
  up(chunk: Buffer, arrivedNs: number): void;
  /**
   * The server's bytes, when they were passed to the client (`forwardedNs`). `arrivedNs` is when they came from
   * the server, `sinceUpNs` how long that was after the last client bytes had been passed to the server.
   */
  down(chunk: Buffer, arrivedNs: number, sinceUpNs: number, forwardedNs: number): void;
  /** Forgets what was counted; what it knows of the protocol stays. */
  reset(): void;
  close(): void;
}

export interface SessionOptions {
  /** `messages` reads the protocol; `layer4` counts alternations of direction. */
  readonly count: 'messages' | 'layer4';
  /** Over TCP, whose own handshake is a wait too. */
  readonly isTcp: boolean;
  /** The tap took TLS off: this many turnarounds went into the SSLRequest and the handshake. */
  readonly terminatedTlsTurnarounds?: number;
  /**
   * A client that stays away longer than this, outside a transaction, ends a hold; see `holdStart`.
   * @default 5
   */
  readonly holdGapMs?: number;
  /** The statement with which every hold begins, where it is known: then gaps don't matter. */
  holdStart(): string | undefined;
  /** Names the connection in the trace. */
  readonly connection: number;
  /** When it was opened. */
  readonly openedNs: number;
  trace(flight: FlightTrace): void;
}

const letter = (text: string): number => text.charCodeAt(0);
const [parse, bind, execute, close, query, sync, flush, call] = ['P', 'B', 'E', 'C', 'Q', 'S', 'H', 'F'].map(
  letter,
) as [number, number, number, number, number, number, number, number];
const [password, copyDone, copyFail, terminate] = ['p', 'c', 'f', 'X'].map(letter) as [number, number, number, number];
const [readyForQuery, errorResponse, notice, parameterStatus, notification] = ['Z', 'E', 'N', 'S', 'A'].map(letter) as [
  number,
  number,
  number,
  number,
  number,
];
const copyResponses: ReadonlySet<number> = new Set(['G', 'H', 'W'].map(letter));
/** Client messages after which a client waits. */
const asking: ReadonlySet<number> = new Set([query, sync, flush, call, password, copyDone, copyFail]);

const cancelRequest = 80877102;
const sslRequest = 80877103;
const gssRequest = 80877104;

/** Phases of a connection, as the client sees it. */
const quiet = 0;
const sending = 1;
const answering = 2;

const maxNames = 4096;
const maxShapes = 500;
const maxShapeLetters = 40;

/**
 * Follows one connection and counts its turnarounds by the rules of wire.md: a flight is a run of client bytes
 * with no response between; it is a turnaround when it asks for an answer and gets one. Messages that a server
 * sends by itself (N, S, A) neither open nor close a wait. A flight begun while an answer was incomplete is
 * pipelining, not a wait.
 */
export const createSession = (ledger: Ledger, options: SessionOptions): Session => {
  const counts = zeroCounts();
  const replies = createReplies();
  const tls = createTlsRecords();
  const holdGapNs = (options.holdGapMs ?? 5) * 1e6;
  const byName = new Map<string, StatementCount>();
  const byPortal = new Map<string, StatementCount>();

  let mode: 'messages' | 'tls' | 'layer4' = options.count;
  let phase = quiet;
  let isConnecting = true;
  let isFlightAsking = false;
  let isFlightOverlapped = false;
  /** What the flight's answer will have been for. */
  let purpose: 'tls' | 'auth' | 'query' = 'query';
  let flightNs = 0;
  let gapNs: number | undefined;
  let firstDownNs = 0;
  let lastDownNs = 0;
  let lastForwardedNs: number | undefined;
  let serverNs = 0;
  /** Whether the answer has been entered into the ledger. */
  let isAnswerEnded = true;
  let transactionStatus = 0x49;
  let isInUse = false;
  let transactionStartNs = 0;
  let holdStartNs: number | undefined;
  let isOpeningHold = false;
  let statement: StatementCount | undefined;
  let upLetters = '';
  let downLetters = '';
  /** Stamps of the chunk that a framer is working on. */
  let nowNs = 0;
  let chunkSinceUpNs = 0;
  let chunkForwardedNs = 0;

  const beginFlight = (): void => {
    if (phase === answering) endAnswer();
    isFlightOverlapped = phase === answering && mode === 'messages' && !replies.isComplete && !replies.isCopying;
    phase = sending;
    isFlightAsking = false;
    purpose = isConnecting ? 'auth' : 'query';
    flightNs = nowNs;
    statement = undefined;
    upLetters = '';
    gapNs = undefined;
    ledger.firstUpNs ??= nowNs;
    if (isFlightOverlapped) {
      counts.overlapped += 1;
      return;
    }
    const isEstablished = mode === 'messages' ? !isConnecting : mode === 'layer4' || tls.isEstablished;
    if (lastForwardedNs !== undefined) {
      gapNs = Math.max(0, nowNs - lastForwardedNs);
      if (isEstablished) ledger.clientGap.record(gapNs);
    }
    if (!isEstablished) return;
    if (!isInUse && mode === 'messages') {
      isInUse = true;
      transactionStartNs = nowNs;
      ledger.inUseNow += 1;
      ledger.inUsePeak = Math.max(ledger.inUsePeak, ledger.inUseNow);
    }
    if (holdStartNs === undefined) holdStartNs = nowNs;
    else if (options.holdStart() === undefined && transactionStatus === 0x49 && (gapNs ?? 0) > holdGapNs) turnHold();
    isOpeningHold = true;
  };
  /** The connection went back to its pool after the last answer, and is taken again now. */
  const turnHold = (): void => {
    if (lastForwardedNs !== undefined && holdStartNs !== undefined && lastForwardedNs > holdStartNs) {
      ledger.holds.record(lastForwardedNs - holdStartNs);
    }
    holdStartNs = flightNs;
  };

  /** The first response-class byte after client bytes. */
  const beginAnswer = (): void => {
    phase = answering;
    isAnswerEnded = false;
    downLetters = '';
    firstDownNs = nowNs;
    if (!isFlightAsking || isFlightOverlapped) return;
    counts.turnarounds += 1;
    serverNs = Math.max(0, chunkSinceUpNs);
    if (purpose === 'query') ledger.serverTime.record(serverNs);
    else ledger.connectTurnarounds[purpose] += 1;
  };
  const endAnswer = (): void => {
    if (isAnswerEnded) return;
    isAnswerEnded = true;
    if (!isFlightAsking || isFlightOverlapped) return;
    const streamNs = Math.max(0, lastDownNs - firstDownNs);
    if (purpose === 'query') ledger.streamTime.record(streamNs);
    if (mode !== 'messages') {
      upLetters = '~';
      downLetters = '~';
    }
    const shape = `${upLetters}/${downLetters}`;
    const seen = ledger.shapes.get(shape);
    if (seen !== undefined || ledger.shapes.size < maxShapes) ledger.shapes.set(shape, (seen ?? 0) + 1);
    options.trace({
      connection: options.connection,
      up: upLetters,
      down: downLetters,
      startNs: flightNs,
      gapNs,
      serverNs,
      streamNs,
      statement: statement?.key,
    });
  };
  /** A turnaround that happened before the session began to see bytes. */
  const traceHandshake = (up: string): void =>
    options.trace({
      connection: options.connection,
      up,
      down: '',
      startNs: options.openedNs,
      gapNs: undefined,
      serverNs: 0,
      streamNs: 0,
      statement: undefined,
    });
  const endTransaction = (): void => {
    if (!isInUse) return;
    isInUse = false;
    ledger.inUseNow -= 1;
    ledger.transactions.record(Math.max(0, chunkForwardedNs - transactionStartNs));
  };

  const giveUp = (reason: string): void => {
    if (mode !== 'messages') return;
    mode = 'layer4';
    ledger.unparsed += 1;
    ledger.unparsedReasons.set(reason, (ledger.unparsedReasons.get(reason) ?? 0) + 1);
    frontend.stop();
    backend.stop();
    isConnecting = false;
    if (isInUse) {
      isInUse = false;
      ledger.inUseNow -= 1;
    }
  };
  const encrypt = (): void => {
    mode = 'tls';
    ledger.encrypted += 1;
    frontend.stop();
    backend.stop();
  };

  const note = (used: StatementCount): void => {
    statement ??= used;
    if (!isOpeningHold) return;
    isOpeningHold = false;
    if (options.holdStart() === used.key && holdStartNs !== flightNs) turnHold();
  };
  const countUp = (type: number, body: Buffer, start: number, end: number): void => {
    switch (type) {
      case query: {
        counts.simpleQueries += 1;
        counts.statements += 1;
        const entry = ledger.statements.of(body, start, end);
        entry.queries += 1;
        note(entry);
        break;
      }
      case parse: {
        counts.prepares += 1;
        const nameEnd = zeroAt(body, start, end);
        const entry = ledger.statements.of(body, nameEnd + 1, end);
        entry.prepares += 1;
        setName(byName, body.toString('latin1', start, nameEnd), entry);
        note(entry);
        break;
      }
      case bind: {
        const portalEnd = zeroAt(body, start, end);
        const nameEnd = zeroAt(body, portalEnd + 1, end);
        const entry = byName.get(body.toString('latin1', portalEnd + 1, nameEnd));
        if (entry === undefined) break;
        setName(byPortal, body.toString('latin1', start, portalEnd), entry);
        note(entry);
        break;
      }
      case execute: {
        counts.executes += 1;
        counts.statements += 1;
        const entry = byPortal.get(body.toString('latin1', start, zeroAt(body, start, end)));
        if (entry !== undefined) entry.executes += 1;
        break;
      }
      case close:
        // 'S' closes a statement, 'P' a portal.
        if (body[start] === sync) byName.delete(body.toString('latin1', start + 1, zeroAt(body, start + 1, end)));
        break;
    }
  };

  const frontend: Framer = new Framer('frontend', {
    message(type, _length, body, start, end) {
      counts.messagesUp += 1;
      if (type === terminate) return;
      if (phase !== sending) beginFlight();
      replies.sent(type);
      isFlightAsking ||= asking.has(type);
      upLetters = addLetter(upLetters, type);
      countUp(type, body, start, end);
    },
    preface(code) {
      counts.messagesUp += 1;
      if (code === cancelRequest) {
        ledger.cancels += 1;
        return;
      }
      if (phase !== sending) beginFlight();
      isFlightAsking = true;
      upLetters = addLetter(upLetters, letter('>'));
      if (code === sslRequest || code === gssRequest) {
        purpose = 'tls';
        backend.expectAnswerByte();
      } else if (code >>> 16 !== 3) giveUp(`first message with code ${code}`);
    },
    answerByte() {},
    unparsable: (reason) => (reason.startsWith('TLS') ? encrypt() : giveUp(`client: ${reason}`)),
  });

  const backend: Framer = new Framer('backend', {
    message(type, _length, body, start) {
      counts.messagesDown += 1;
      if (type === notice || type === parameterStatus || type === notification) return;
      if (phase === sending) beginAnswer();
      downLetters = addLetter(downLetters, type);
      lastDownNs = nowNs;
      replies.received(type);
      if (type === readyForQuery) {
        counts.readyForQuery += 1;
        isConnecting = false;
        transactionStatus = body[start]!;
        if (transactionStatus === 0x49 && replies.isComplete) endTransaction();
      } else if (type === errorResponse) counts.errors += 1;
      else if (copyResponses.has(type)) counts.copies += 1;
    },
    preface() {},
    answerByte(byte) {
      if (phase === sending) beginAnswer();
      downLetters = addLetter(downLetters, byte);
      lastDownNs = nowNs;
      // 'S' goes on in TLS, 'G' in GSSAPI encryption; after 'N' the client may ask again, or start in clear.
      if (byte === 0x53 || byte === 0x47) encrypt();
    },
    unparsable: (reason) => giveUp(`server: ${reason}`),
  });

  const upOpaque = (chunk: Buffer): void => {
    // A TLS record of type handshake, version 3.x.
    if (mode === 'layer4' && chunk[0] === 0x16 && chunk[1] === 3) encrypt();
    const found = mode === 'tls' ? tls.up(chunk) : 'asks';
    if (phase !== sending) beginFlight();
    if (mode === 'tls') purpose = tls.isEstablished ? 'query' : 'tls';
    if (found === 'asks') isFlightAsking = true;
    else if (found === 'leaves') isFlightAsking = false;
  };
  const downOpaque = (chunk: Buffer): void => {
    const answers = mode !== 'tls' || tls.down(chunk);
    if (phase === sending && answers) {
      beginAnswer();
      // What a Finished is answered with are tickets: the client's next bytes still belong to the same flight.
      if (!isFlightAsking) phase = sending;
    }
    lastDownNs = nowNs;
  };

  if (options.count === 'layer4') {
    isConnecting = false;
    frontend.stop();
    backend.stop();
  }
  ledger.connects += 1;
  if (options.isTcp) {
    counts.turnarounds += 1;
    ledger.connectTurnarounds.tcp += 1;
    traceHandshake('TCP');
  }
  const tlsTurnarounds = options.terminatedTlsTurnarounds ?? 0;
  counts.turnarounds += tlsTurnarounds;
  ledger.connectTurnarounds.tls += tlsTurnarounds;
  for (let turnaround = 0; turnaround < tlsTurnarounds; turnaround += 1) traceHandshake('TLS');
  ledger.connectionsNow += 1;
  ledger.connectionsPeak = Math.max(ledger.connectionsPeak, ledger.connectionsNow);

  return {
    counts,
    up(chunk, arrivedNs) {
      counts.bytesUp += chunk.length;
      nowNs = arrivedNs;
      if (mode === 'messages') frontend.push(chunk);
      else upOpaque(chunk);
    },
    down(chunk, arrivedNs, sinceUpNs, forwardedNs) {
      counts.bytesDown += chunk.length;
      nowNs = arrivedNs;
      chunkSinceUpNs = sinceUpNs;
      chunkForwardedNs = forwardedNs;
      if (mode === 'messages') backend.push(chunk);
      else downOpaque(chunk);
      lastForwardedNs = forwardedNs;
      ledger.lastDownNs = forwardedNs;
      if (mode === 'messages' && phase === answering && replies.isComplete && !replies.isCopying) endAnswer();
    },
    reset() {
      Object.assign(counts, zeroCounts());
      isAnswerEnded = true;
      holdStartNs = undefined;
    },
    close() {
      if (phase === answering) endAnswer();
      turnHold();
      if (isInUse) ledger.inUseNow -= 1;
      isInUse = false;
      ledger.connectionsNow -= 1;
    },
  };
};

const zeroAt = (body: Buffer, start: number, end: number): number => {
  let at = start;
  while (at < end && body[at] !== 0) at += 1;
  return at;
};

const setName = (names: Map<string, StatementCount>, name: string, entry: StatementCount): void => {
  if (names.size < maxNames || names.has(name)) names.set(name, entry);
};

/** Appends a message's letter; a run of one letter is written once, with a `+`. */
const addLetter = (letters: string, type: number): string => {
  if (letters.length >= maxShapeLetters) return letters;
  const last = letters.charCodeAt(letters.length - 1);
  const isRun = last === 0x2b;
  if (isRun && letters.charCodeAt(letters.length - 2) === type) return letters;
  if (!isRun && last === type) return `${letters}+`;
  return letters + String.fromCharCode(type);
};
