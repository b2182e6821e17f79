import { findKeyword, noKeyword } from './keywords.ts';
import { SqlLexer, type SqlSink } from './lexer.ts';
import { ListSquasher } from './lists.ts';
import { NameFinder } from './names.ts';
import { type TokenKind, tokens } from './tokens.ts';

/**
 * Tells statements apart as pg_stat_statements does, from their tokens alone: values are left out (strings, numbers with
 * their sign, NULL, TRUE and FALSE), and so are comments, white space, the case of keywords and names, the length of a list of
 * values, the names that clients make up for savepoints, cursors and prepared statements, and semicolons at the end.
 * Takes a text in pieces; what it keeps does not grow with it.
 */
export class SqlNormaliser implements SqlSink {
  /** Two hashes of 32 bits, of the tokens. */
  high = highBasis;
  low = lowBasis;

  private readonly lexer = new SqlLexer(this);
  private readonly names = new NameFinder();
  private readonly lists = new ListSquasher((part) => this.emit(part.kind, part.bytes, part.length, part.isSpaced));
  private readonly shown = Buffer.alloc(maxShownBytes);
  private isShown = true;
  private shownLength = 0;
  private isSpaced = false;
  /** Signs whose number has yet to come. */
  private signs = 0;
  private areSignsSpaced = false;
  private semicolons = 0;
  /** Whether the last token ends an operand, so that a minus subtracts. */
  private isOperand = false;
  private lastWord = noKeyword;

  /** `isShown`: whether the text will be asked for. */
  begin(plainEscapes: boolean, isShown: boolean): void {
    this.lexer.begin(plainEscapes);
    this.isShown = isShown;
    this.names.begin();
    this.lists.begin();
    this.high = highBasis;
    this.low = lowBasis;
    this.shownLength = 0;
    this.isSpaced = false;
    this.signs = 0;
    this.semicolons = 0;
    this.isOperand = false;
    this.lastWord = noKeyword;
  }
  push(bytes: Buffer, start: number, end: number): void {
    this.lexer.push(bytes, start, end);
  }
  end(): void {
    this.lexer.end();
    this.emitSigns();
    this.lists.end();
  }
  /** The text as first written, values as `?`, up to 200 characters. */
  get text(): string {
    return this.shown.toString('utf8', 0, this.shownLength).slice(0, maxShownLength);
  }

  space(): void {
    this.isSpaced = true;
  }
  word(token: Buffer, length: number, hash: number): void {
    this.emitSigns();
    const keyword = findKeyword(hash, length);
    if (keyword.isConstant && !this.lastWord.keepsConstant) this.value();
    else if (this.names.isName(keyword.text, false)) this.pass(tokens.value, questionMark, 1);
    else this.pass(tokens.word, token, length);
    this.lastWord = keyword;
    this.isOperand = !keyword.isBeforeOperand;
  }
  name(token: Buffer, length: number, isUnicode: boolean, isClosed: boolean): void {
    this.emitSigns();
    if (this.names.isName('', true)) this.pass(tokens.value, questionMark, 1);
    else this.pass(isUnicode ? tokens.unicodeName : isClosed ? tokens.name : tokens.openName, token, length);
    this.lastWord = noKeyword;
    this.isOperand = true;
  }
  literal(isNumber: boolean): void {
    if (isNumber && this.signs > 0) {
      this.isSpaced ||= this.areSignsSpaced;
      this.signs = 0;
    } else this.emitSigns();
    this.value();
    this.lastWord = noKeyword;
    this.isOperand = true;
  }
  continues(): void {
    this.isSpaced = false;
  }
  parameter(token: Buffer, length: number): void {
    this.emitSigns();
    this.pass(tokens.parameter, token, length);
    this.lastWord = noKeyword;
    this.isOperand = true;
  }
  operator(token: Buffer, length: number): void {
    if (length === 1 && token[0] === minus && !this.isOperand) {
      if (this.signs === 0) this.areSignsSpaced = this.isSpaced;
      this.signs += 1;
      this.isSpaced = false;
      return;
    }
    this.emitSigns();
    this.pass(tokens.operator, token, length);
    this.lastWord = noKeyword;
    this.isOperand = false;
  }
  mark(byte: number): void {
    this.emitSigns();
    if (byte === semicolon) {
      this.semicolons += 1;
      this.isOperand = false;
      this.names.begin();
      return;
    }
    oneByte[0] = byte;
    if (
      (byte === openBracket && this.lastWord.text === 'array') ||
      (byte === openParen && this.lastWord.text === 'in')
    ) {
      this.pass(tokens.mark, oneByte, 1);
      this.lists.open();
    } else this.pass(tokens.mark, oneByte, 1);
    this.lastWord = noKeyword;
    this.isOperand = byte === closeParen || byte === closeBracket;
  }

  private value(): void {
    this.pass(tokens.value, questionMark, 1);
  }
  private emitSigns(): void {
    if (this.signs === 0) return;
    const count = this.signs;
    this.signs = 0;
    const isSpaced = this.isSpaced;
    this.isSpaced = this.areSignsSpaced;
    for (let sign = 0; sign < count; sign += 1) {
      this.pass(tokens.operator, minusText, 1);
      this.isOperand = false;
    }
    this.isSpaced = isSpaced;
  }
  /** Through the lists to the hash and the text. */
  private pass(kind: TokenKind, bytes: Buffer, length: number): void {
    const { isSpaced } = this;
    this.isSpaced = false;
    if (this.semicolons > 0) {
      this.semicolons = 0;
      this.lists.end();
      this.emit(tokens.mark, semicolonText, 1, false);
    }
    if (this.lists.isOpen && this.lists.take(kind, bytes, length, isSpaced)) return;
    this.emit(kind, bytes, length, isSpaced);
  }
  private emit(kind: TokenKind, bytes: Buffer, length: number, isSpaced: boolean): void {
    this.hash(kind, bytes, length);
    if (!this.isShown || this.shownLength > maxShownBytes - 2 * maxTokenBytes) return;
    if (isSpaced && this.shownLength > 0) this.show(0x20);
    if (kind === tokens.unicodeName) this.showText('U&"');
    else if (kind === tokens.name || kind === tokens.openName) this.show(doubleQuote);
    else if (kind === tokens.parameter) this.show(dollar);
    const isQuoted = kind === tokens.name || kind === tokens.unicodeName || kind === tokens.openName;
    for (let at = 0; at < length; at += 1) {
      if (isQuoted && bytes[at] === doubleQuote) this.show(doubleQuote);
      this.show(bytes[at]!);
    }
    if (isQuoted && kind !== tokens.openName) this.show(doubleQuote);
  }
  /** FNV-1a; a name in quotes that needs none is the name without them. */
  private hash(kind: TokenKind, bytes: Buffer, length: number): void {
    let { high, low } = this;
    const isWord = kind === tokens.word;
    const sort = (kind === tokens.name || kind === tokens.openName) && isPlain(bytes, length) ? tokens.word : kind;
    high = Math.imul(high ^ (sort + 1), prime);
    low = Math.imul(low ^ (sort + 1), prime);
    for (let at = 0; at < length; at += 1) {
      let byte = bytes[at]!;
      if (isWord && byte >= 0x41 && byte <= 0x5a) byte |= 0x20;
      high = Math.imul(high ^ byte, prime);
      low = Math.imul(low ^ byte, prime);
    }
    this.high = high;
    this.low = low;
  }
  private show(byte: number): void {
    this.shown[this.shownLength] = byte;
    this.shownLength += 1;
  }
  private showText(text: string): void {
    this.shownLength += this.shown.write(text, this.shownLength, 'latin1');
  }
}

const highBasis = 0x811c9dc5;
const lowBasis = 0x050c5d1f;
const prime = 0x01000193;
const maxShownLength = 200;
/** A character of UTF-8 has up to four bytes. */
const maxTokenBytes = 64;
const maxShownBytes = 4 * maxShownLength + 4 * maxTokenBytes;

const minus = 0x2d;
const semicolon = 0x3b;
const openParen = 0x28;
const closeParen = 0x29;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const doubleQuote = 0x22;
const dollar = 0x24;
const questionMark = Buffer.from('?');
const minusText = Buffer.from('-');
const semicolonText = Buffer.from(';');
const oneByte = Buffer.alloc(1);
/** In quotes these are names, without them they are not. */
const reserved: ReadonlySet<string> = new Set(
  (
    'user current_user session_user system_user current_role current_catalog current_schema current_date current_time ' +
    'current_timestamp localtime localtimestamp null true false default all any some array row'
  ).split(' '),
);
const longestReserved = 17;

const isPlain = (bytes: Buffer, length: number): boolean => {
  for (let at = 0; at < length; at += 1) {
    const byte = bytes[at]!;
    const isLetter = (byte >= 0x61 && byte <= 0x7a) || byte === 0x5f || byte >= 0x80;
    const isLater = (byte >= 0x30 && byte <= 0x39) || byte === 0x24;
    if (!isLetter && !(at > 0 && isLater)) return false;
  }
  return length > 0 && !(length <= longestReserved && reserved.has(bytes.toString('latin1', 0, length)));
};
