import type { Counts, Ledger } from '../ledger/ledger.ts';
import type { StatementCount } from '../ledger/statements.ts';
import type { MessageGroupTrace } from '../ledger/trace.ts';

/** What a connection's message groups need to know of it. */
export interface MessageGroupFacts {
  /** Whether its messages are read. */
  readonly isRead: boolean;
  /** Whether connecting is over, so that what is sent is the client's own. */
  readonly isEstablished: boolean;
  /** Whether nothing is open: no transaction, as far as the server said. */
  readonly isIdle: boolean;
}

export interface MessageGroupOptions {
  readonly connection: number;
  readonly openedNs: number;
  readonly holdGapNs: number;
  trace(group: MessageGroupTrace): void;
}

/**
 * The message groups of one connection, their answers, and the times between: round trips, holds and transactions. A message group is a run of
 * client bytes with no response between; it is a round trip when it asks for an answer and gets one. One that begins
 * before an answer is complete is pipelining, one that belongs to the request before it is nothing of its own.
 */
export class MessageGroups {
  /** What the answer to the message group will have been for. */
  purpose: 'tls' | 'auth' | 'query' = 'query';
  isAsking = false;
  /** Part of the request before it: see `Unawaited`. */
  isJoined = false;
  private readonly ledger: Ledger;
  private readonly counts: Counts;
  private readonly facts: MessageGroupFacts;
  private readonly options: MessageGroupOptions;
  private phase: Phase = phases.quiet;
  private isOverlapped = false;
  private startNs = 0;
  private gapNs: number | undefined;
  private firstDownNs = 0;
  private lastDownNs = 0;
  private lastForwardedNs: number | undefined;
  private serverNs = 0;
  /** Whether the answer has been entered into the ledger. */
  private isAnswerEnded = true;
  private isInUse = false;
  private transactionStartNs = 0;
  private holdStartNs: number | undefined;
  private statement: StatementCount | undefined;
  private upLetters = '';
  private downLetters = '';

  constructor(ledger: Ledger, counts: Counts, facts: MessageGroupFacts, options: MessageGroupOptions) {
    this.ledger = ledger;
    this.counts = counts;
    this.facts = facts;
    this.options = options;
  }

  /** Whether the last bytes were the client's. */
  get isSending(): boolean {
    return this.phase === phases.sending;
  }
  get isAnswering(): boolean {
    return this.phase === phases.answering;
  }
  /** How long the client would have been away if it sent now. */
  awayNs(nowNs: number): number | undefined {
    return this.lastForwardedNs === undefined ? undefined : Math.max(0, nowNs - this.lastForwardedNs);
  }

  /** The client's first bytes after an answer. */
  begin(nowNs: number, isOverlapped: boolean, isJoined: boolean): void {
    const { facts, ledger } = this;
    this.endAnswer();
    this.phase = phases.sending;
    this.isAsking = false;
    this.isOverlapped = isOverlapped;
    this.isJoined = isJoined;
    this.startNs = nowNs;
    this.statement = undefined;
    this.upLetters = '';
    this.gapNs = undefined;
    ledger.firstUpNs ??= nowNs;
    if (isOverlapped) this.counts.overlapped += 1;
    if (isOverlapped || isJoined) return;
    this.gapNs = this.awayNs(nowNs);
    if (!facts.isEstablished) return;
    if (this.gapNs !== undefined) ledger.clientGap.record(this.gapNs);
    if (!this.isInUse && facts.isRead) {
      this.isInUse = true;
      this.transactionStartNs = nowNs;
      ledger.inUseNow += 1;
      ledger.inUsePeak = Math.max(ledger.inUsePeak, ledger.inUseNow);
    }
    if (this.holdStartNs === undefined) this.holdStartNs = nowNs;
    else if (facts.isIdle && (this.gapNs ?? 0) > this.options.holdGapNs) this.turnHold();
  }
  addUp(letter: number): void {
    this.upLetters = addLetter(this.upLetters, letter);
  }
  /** The message group runs a statement. */
  use(statement: StatementCount): void {
    this.statement ??= statement;
  }

  /** Response bytes; tells whether they are the first after client bytes and make the message group a round trip. */
  answer(nowNs: number, sinceUpNs: number): boolean {
    this.lastDownNs = nowNs;
    if (!this.isSending) return false;
    this.phase = phases.answering;
    this.isAnswerEnded = false;
    this.downLetters = '';
    this.firstDownNs = nowNs;
    if (!this.isCounted) return false;
    this.counts.roundTrips += 1;
    this.serverNs = Math.max(0, sinceUpNs);
    if (this.purpose === 'query') this.ledger.serverTime.record(this.serverNs);
    else this.ledger.connectRoundTrips[this.purpose] += 1;
    return true;
  }
  addDown(letter: number): void {
    this.downLetters = addLetter(this.downLetters, letter);
  }
  /** What came answers nothing: the client's next bytes belong to the same group. */
  goOn(): void {
    this.phase = phases.sending;
  }
  touch(nowNs: number): void {
    this.lastDownNs = nowNs;
  }
  forwarded(forwardedNs: number): void {
    this.lastForwardedNs = forwardedNs;
  }
  endAnswer(): void {
    if (this.isAnswerEnded) return;
    this.isAnswerEnded = true;
    if (!this.isCounted) return;
    const { ledger, options } = this;
    const streamNs = Math.max(0, this.lastDownNs - this.firstDownNs);
    if (this.purpose === 'query') ledger.streamTime.record(streamNs);
    const up = this.facts.isRead ? this.upLetters : '~';
    const down = this.facts.isRead ? this.downLetters : '~';
    const shape = `${up}/${down}`;
    const seen = ledger.shapes.get(shape);
    if (seen !== undefined || ledger.shapes.size < maxShapes) ledger.shapes.set(shape, (seen ?? 0) + 1);
    const { startNs, gapNs, serverNs } = this;
    options.trace({
      connection: options.connection,
      up,
      down,
      startNs,
      gapNs,
      serverNs,
      streamNs,
      statement: this.statement?.key,
    });
  }
  /** A round trip of connecting that happened before the session began to see bytes. */
  addHandshake(kind: 'tcp' | 'tls'): void {
    this.counts.roundTrips += 1;
    this.ledger.connectRoundTrips[kind] += 1;
    this.options.trace({
      connection: this.options.connection,
      up: kind.toUpperCase(),
      down: '',
      startNs: this.options.openedNs,
      gapNs: undefined,
      serverNs: 0,
      streamNs: 0,
      statement: undefined,
    });
  }

  endTransaction(forwardedNs: number): void {
    if (!this.isInUse) return;
    this.leaveUse();
    this.ledger.transactions.record(Math.max(0, forwardedNs - this.transactionStartNs));
  }
  /** Transactions are not seen any more. */
  leaveUse(): void {
    if (this.isInUse) this.ledger.inUseNow -= 1;
    this.isInUse = false;
  }
  /** Forgets the answer that is under way and the hold. */
  reset(): void {
    this.isAnswerEnded = true;
    this.holdStartNs = undefined;
  }
  close(): void {
    if (this.isAnswering) this.endAnswer();
    this.turnHold();
    this.leaveUse();
  }

  private get isCounted(): boolean {
    return this.isAsking && !this.isOverlapped && !this.isJoined;
  }
  /** The connection went back to its pool after the last answer, and is taken again now. */
  private turnHold(): void {
    const { lastForwardedNs, holdStartNs } = this;
    if (lastForwardedNs !== undefined && holdStartNs !== undefined && lastForwardedNs > holdStartNs) {
      this.ledger.holds.record(lastForwardedNs - holdStartNs);
    }
    this.holdStartNs = this.startNs;
  }
}

/** As the client sees it. */
const phases = { quiet: 0, sending: 1, answering: 2 } as const;
type Phase = (typeof phases)[keyof typeof phases];

const maxShapes = 500;
const maxShapeLetters = 40;

/** Appends a message's letter; a run of one letter is written once, with a `+`. */
const addLetter = (letters: string, type: number): string => {
  if (letters.length >= maxShapeLetters) return letters;
  const last = letters.charCodeAt(letters.length - 1);
  const isRun = last === 0x2b;
  if (isRun && letters.charCodeAt(letters.length - 2) === type) return letters;
  if (!isRun && last === type) return `${letters}+`;
  return letters + String.fromCharCode(type);
};
