import type { Counts, Ledger } from '../ledger/ledger.ts';
import { Names, nameAt } from '../ledger/names.ts';
import { type StatementCount, type TextReader, zeroAt } from '../ledger/statements.ts';
import type { MessageGroups } from './message-groups.ts';
import { fromClient, statementKind } from './message-types.ts';

/** Counts what a client asks to prepare and to run, by statement. */
export class Requests {
  /** The session has `standard_conforming_strings` off. */
  private plainEscapes = false;
  private readonly ledger: Ledger;
  private readonly counts: Counts;
  private readonly messageGroups: MessageGroups;
  private readonly names: Names;
  /** The text of a Parse or Query that comes in pieces. */
  private reader: TextReader | undefined;
  private readingType = 0;
  /** The name in that Parse; undefined until it is whole. */
  private nameBytes: number[] = [];
  private isNameRead = true;

  constructor(ledger: Ledger, counts: Counts, messageGroups: MessageGroups) {
    this.ledger = ledger;
    this.counts = counts;
    this.messageGroups = messageGroups;
    this.names = new Names(ledger.statements.unknown, ledger.nameBudget);
  }

  /** A message, or as much of it as came with its header. */
  message(type: number, bodyLength: number, body: Buffer, start: number, end: number): void {
    switch (type) {
      case query:
        if (end - start < bodyLength) this.readOn(query, body, start, end);
        else this.query(this.ledger.statements.of(body, start, end, this.plainEscapes));
        break;
      case parse:
        if (end - start < bodyLength) this.readOn(parse, body, start, end);
        else {
          const nameEnd = zeroAt(body, start, end);
          const entry = this.ledger.statements.of(body, nameEnd + 1, end, this.plainEscapes);
          this.parse(nameAt(body, start, end), entry);
        }
        break;
      case bind: {
        const portalEnd = zeroAt(body, start, end);
        const { unknown } = this.ledger.statements;
        // A portal's name that fills what is captured hides the statement's.
        const entry = portalEnd === end ? unknown : this.names.statement(nameAt(body, portalEnd + 1, end));
        this.names.bind(nameAt(body, start, end), entry);
        this.messageGroups.use(entry);
        break;
      }
      case execute: {
        this.counts.executes += 1;
        this.counts.statements += 1;
        const entry = this.names.portal(nameAt(body, start, end));
        entry.executes += 1;
        if (this.ledger.statements.freesNames(entry)) this.names.freeStatements();
        break;
      }
      case close:
        if (body[start] === statementKind) this.names.closeStatement(nameAt(body, start + 1, end));
        else this.names.closePortal(nameAt(body, start + 1, end));
        break;
    }
  }
  /** More of a Parse or Query. */
  more(body: Buffer, start: number, end: number, isLast: boolean): void {
    const { reader } = this;
    if (reader === undefined) return;
    reader.push(body, this.isNameRead ? start : this.readName(body, start, end), end);
    if (!isLast) return;
    this.reader = undefined;
    const entry = reader.end();
    if (this.readingType === query) this.query(entry);
    else {
      const name = Buffer.from(this.nameBytes);
      this.parse(nameAt(name, 0, name.length), entry);
    }
  }
  /** A ParameterStatus of the server. */
  parameter(body: Buffer, start: number, end: number): void {
    this.plainEscapes = readEscapeSetting(body, start, end) ?? this.plainEscapes;
  }
  /** No transaction is open and nothing is under way. */
  endTransaction(): void {
    this.names.freePortals();
  }
  close(): void {
    this.names.close();
  }

  private query(entry: StatementCount): void {
    this.counts.simpleQueries += 1;
    this.counts.statements += 1;
    entry.queries += 1;
    this.names.query();
    if (this.ledger.statements.freesNames(entry)) this.names.freeStatements();
    this.messageGroups.use(entry);
  }
  private parse(name: string, entry: StatementCount): void {
    this.counts.prepares += 1;
    entry.prepares += 1;
    this.names.prepare(name, entry);
    this.messageGroups.use(entry);
  }
  private readOn(type: number, body: Buffer, start: number, end: number): void {
    this.reader = this.ledger.statements.read(this.plainEscapes);
    this.readingType = type;
    this.nameBytes = [];
    this.isNameRead = type === query;
    this.more(body, start, end, false);
  }
  /** Returns where the text begins. */
  private readName(body: Buffer, start: number, end: number): number {
    for (let at = start; at < end; at += 1) {
      if (body[at] === 0) {
        this.isNameRead = true;
        return at + 1;
      }
      if (this.nameBytes.length < keptNameBytes) this.nameBytes.push(body[at]!);
    }
    return end;
  }
}

const { query, parse, bind, execute, close } = fromClient;
/** More than Postgres tells names apart by. */
const keptNameBytes = 64;

const escapesParameter = Buffer.from('standard_conforming_strings\0');
/** Whether a ParameterStatus says that a backslash escapes in plain strings; undefined: it speaks of something else. */
const readEscapeSetting = (body: Buffer, start: number, end: number): boolean | undefined =>
  end - start > escapesParameter.length &&
  body.compare(escapesParameter, 0, escapesParameter.length, start, start + escapesParameter.length) === 0
    ? body.toString('latin1', start + escapesParameter.length, end).startsWith('off')
    : undefined;
