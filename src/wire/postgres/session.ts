import { type Counts, type Ledger, noteUnparsed, zeroCounts } from '../ledger/ledger.ts';
import type { MessageGroupTrace } from '../ledger/trace.ts';
import { Framer } from './framer.ts';
import { type MessageGroupFacts, MessageGroups } from './message-groups.ts';
import { encryptionAnswers, fromClient, fromServer, idleStatus, requestCodes, tlsHandshake } from './message-types.ts';
import { createReplies } from './replies.ts';
import { Requests } from './requests.ts';
import { createTlsRecords } from './tls-records.ts';
import { Unawaited } from './unawaited.ts';

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
  /** The tap took TLS off or answered the request for it: this many round trips went into requests and handshake. */
  readonly terminatedTlsRoundTrips?: number;
  /** A client that stays away longer than this, outside a transaction, ends a hold. @default 5 */
  readonly holdGapMs?: number;
  /** Names the connection in the trace. */
  readonly connection: number;
  /** When it was opened. */
  readonly openedNs: number;
  trace(messageGroup: MessageGroupTrace): void;
}

/**
 * Follows one connection and counts its round trips by the rules of docs/tap.md. Messages that a server sends by itself
 * (N, S, A) neither open nor close a wait. What stops being Postgres, or is encrypted, is followed by its direction or
 * by its TLS records.
 */
export const createSession = (ledger: Ledger, options: SessionOptions): Session => new ReadSession(ledger, options);

/** Tells its messageGroups what they need to know of the connection as it is when they ask. */
class ReadSession implements Session, MessageGroupFacts {
  readonly counts = zeroCounts();
  private readonly ledger: Ledger;
  private readonly replies = createReplies();
  private readonly tls = createTlsRecords();
  private readonly unawaited = new Unawaited(this.counts);
  private readonly messageGroups: MessageGroups;
  private readonly requests: Requests;
  private readonly frontend: Framer;
  private readonly backend: Framer;
  private mode: 'messages' | 'tls' | 'layer4';
  private isConnecting: boolean;
  private transactionStatus: number = idleStatus;
  /** How many of the client's first chunks may still be a ClientHello, where nothing is read. */
  private helloChunks: number;
  /** Stamps of the chunk that a framer is working on. */
  private nowNs = 0;
  private chunkSinceUpNs = 0;
  private chunkForwardedNs = 0;
  /** Where TLS begins in the chunk that the client's framer is working on. */
  private tlsAt: number | undefined;

  constructor(ledger: Ledger, options: SessionOptions) {
    const { count, holdGapMs = 5 } = options;
    this.ledger = ledger;
    this.mode = count;
    this.isConnecting = count === 'messages';
    this.helloChunks = count === 'layer4' ? 3 : 0;
    const holdGapNs = holdGapMs * 1e6;
    this.messageGroups = new MessageGroups(ledger, this.counts, this, { ...options, holdGapNs });
    this.requests = new Requests(ledger, this.counts, this.messageGroups);
    this.frontend = this.readClient();
    this.backend = this.readServer();
    if (count === 'layer4') this.leaveMessages('layer4');
    ledger.connects += 1;
    if (options.isTcp) this.messageGroups.addHandshake('tcp');
    for (let left = options.terminatedTlsRoundTrips ?? 0; left > 0; left -= 1) this.messageGroups.addHandshake('tls');
    ledger.connectionsNow += 1;
    ledger.connectionsPeak = Math.max(ledger.connectionsPeak, ledger.connectionsNow);
  }

  up(chunk: Buffer, arrivedNs: number): void {
    this.counts.bytesUp += chunk.length;
    this.nowNs = arrivedNs;
    if (this.mode !== 'messages') {
      this.upOpaque(chunk);
      return;
    }
    this.frontend.push(chunk);
    if (this.tlsAt === undefined) return;
    this.upOpaque(chunk.subarray(this.tlsAt));
    this.tlsAt = undefined;
  }

  down(chunk: Buffer, arrivedNs: number, sinceUpNs: number, forwardedNs: number): void {
    const { messageGroups, replies } = this;
    this.counts.bytesDown += chunk.length;
    this.nowNs = arrivedNs;
    this.chunkSinceUpNs = sinceUpNs;
    this.chunkForwardedNs = forwardedNs;
    if (this.mode === 'messages') this.backend.push(chunk);
    else this.downOpaque(chunk);
    messageGroups.forwarded(forwardedNs);
    this.ledger.lastDownNs = forwardedNs;
    if (this.isRead && messageGroups.isAnswering && replies.isComplete && !replies.isCopying) messageGroups.endAnswer();
  }

  reset(): void {
    Object.assign(this.counts, zeroCounts());
    this.messageGroups.reset();
    this.unawaited.reset();
  }

  close(): void {
    this.messageGroups.close();
    this.requests.close();
    this.ledger.connectionsNow -= 1;
  }

  get isRead(): boolean {
    return this.mode === 'messages';
  }
  get isEstablished(): boolean {
    return this.mode === 'messages' ? !this.isConnecting : this.mode === 'layer4' || this.tls.isEstablished;
  }
  get isIdle(): boolean {
    return this.transactionStatus === idleStatus;
  }

  private readClient(): Framer {
    return new Framer('frontend', {
      message: (type, length, body, start, end) => {
        this.counts.messagesUp += 1;
        if (type === fromClient.terminate) return;
        this.clientAsks(type);
        this.requests.message(type, length, body, start, end);
      },
      more: (body, start, end, isLast) => this.requests.more(body, start, end, isLast),
      preface: (code) => {
        this.counts.messagesUp += 1;
        if (code === requestCodes.cancel) this.ledger.cancels += 1;
        else this.clientConnects(code);
      },
      answerByte() {},
      directTls: (at) => {
        this.tlsAt = at;
        this.encrypt('tls');
      },
      unparsable: (reason) => this.giveUp(`client: ${reason}`),
    });
  }

  private readServer(): Framer {
    return new Framer('backend', {
      message: (type, _length, body, start, end) => this.serverMessage(type, body, start, end),
      more() {},
      preface() {},
      answerByte: (byte) => {
        this.answer(byte);
        // After 'N' the client may ask again, or start in clear.
        if (byte === encryptionAnswers.tls) this.encrypt('tls');
        else if (byte === encryptionAnswers.gss) this.encrypt('gss');
      },
      directTls() {},
      unparsable: (reason) => this.giveUp(`server: ${reason}`),
    });
  }

  /** A message of a client, and which message group it belongs to. */
  private clientAsks(type: number): void {
    const { messageGroups, replies, unawaited } = this;
    let isPart: boolean;
    if (messageGroups.isSending) isPart = unawaited.follows(type, replies.isCopying) && messageGroups.isJoined;
    else {
      const isOverlapped = messageGroups.isAnswering && !replies.isComplete && !replies.isCopying;
      isPart = unawaited.begins(type, messageGroups.awayNs(this.nowNs), replies.isComplete, replies.isCopying);
      messageGroups.begin(this.nowNs, isOverlapped, isPart);
      messageGroups.purpose = this.isConnecting ? 'auth' : 'query';
    }
    if (!isPart) messageGroups.isJoined = false;
    replies.sent(type);
    if (replies.isOverfull) this.giveUp('client: more unanswered messages than are kept');
    messageGroups.isAsking ||= asking.has(type);
    messageGroups.addUp(type);
  }

  /** A first message, which has no type. */
  private clientConnects(code: number): void {
    const { messageGroups } = this;
    if (!messageGroups.isSending) messageGroups.begin(this.nowNs, false, false);
    messageGroups.purpose = 'auth';
    messageGroups.isAsking = true;
    messageGroups.addUp(prefaceLetter);
    if (code === requestCodes.ssl || code === requestCodes.gss) {
      messageGroups.purpose = 'tls';
      this.backend.expectAnswerByte();
    } else if (code >>> 16 !== 3) this.giveUp(`first message with code ${code}`);
  }

  private serverMessage(type: number, body: Buffer, start: number, end: number): void {
    const { counts, replies, requests } = this;
    counts.messagesDown += 1;
    if (type === fromServer.noticeResponse || type === fromServer.notificationResponse) return;
    if (type === fromServer.parameterStatus) {
      requests.parameter(body, start, end);
      return;
    }
    this.answer(type);
    replies.received(type);
    if (type === fromServer.readyForQuery) {
      counts.readyForQuery += 1;
      this.isConnecting = false;
      this.transactionStatus = body[start]!;
      if (this.transactionStatus !== idleStatus || !replies.isComplete) return;
      this.messageGroups.endTransaction(this.chunkForwardedNs);
      requests.endTransaction();
    } else if (type === fromServer.errorResponse) {
      counts.errors += 1;
      this.unawaited.failed();
    } else if (copyResponses.has(type)) counts.copies += 1;
  }

  private answer(letter: number): void {
    if (this.messageGroups.answer(this.nowNs, this.chunkSinceUpNs)) this.unawaited.counted();
    this.messageGroups.addDown(letter);
  }

  private upOpaque(chunk: Buffer): void {
    const { messageGroups, tls } = this;
    const isHello = this.helloChunks > 0 && chunk[0] === tlsHandshake && chunk[1] === 3;
    this.helloChunks -= 1;
    if (isHello) this.encrypt('tls');
    const found = this.mode === 'tls' ? tls.up(chunk) : 'asks';
    if (!messageGroups.isSending) messageGroups.begin(this.nowNs, false, false);
    messageGroups.purpose = this.mode === 'tls' && !tls.isEstablished ? 'tls' : 'query';
    if (found === 'asks') messageGroups.isAsking = true;
    else if (found === 'leaves') messageGroups.isAsking = false;
  }

  private downOpaque(chunk: Buffer): void {
    const { messageGroups } = this;
    const answers = this.mode !== 'tls' || this.tls.down(chunk);
    if (messageGroups.isSending && answers) {
      messageGroups.answer(this.nowNs, this.chunkSinceUpNs);
      // What a Finished is answered with are tickets: the client's next bytes still belong to the same group.
      if (!messageGroups.isAsking) messageGroups.goOn();
    }
    messageGroups.touch(this.nowNs);
  }

  private leaveMessages(next: 'tls' | 'layer4'): void {
    this.mode = next;
    this.frontend.stop();
    this.backend.stop();
    this.requests.close();
  }

  private giveUp(reason: string): void {
    if (this.mode !== 'messages') return;
    this.leaveMessages('layer4');
    noteUnparsed(this.ledger, reason);
    this.isConnecting = false;
    this.messageGroups.leaveUse();
  }

  private encrypt(by: 'tls' | 'gss'): void {
    this.leaveMessages(by === 'tls' ? 'tls' : 'layer4');
    this.ledger.encrypted += 1;
    this.isConnecting = false;
  }
}

/** Client messages after which a client waits. */
const asking: ReadonlySet<number> = new Set([
  fromClient.query,
  fromClient.sync,
  fromClient.flush,
  fromClient.functionCall,
  fromClient.password,
  fromClient.copyDone,
  fromClient.copyFail,
]);
const copyResponses: ReadonlySet<number> = new Set([
  fromServer.copyInResponse,
  fromServer.copyOutResponse,
  fromServer.copyBothResponse,
]);
/** Stands for a first message, which has no type. */
const prefaceLetter = '>'.charCodeAt(0);
