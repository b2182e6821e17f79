/**
 * Cuts SQL into tokens by the rules of Postgres' own lexer (src/backend/parser/scan.l): nested block comments, strings
 * with and without backslashes, their continuation on the next line, U&'' and B'' and X'', dollar quotes, operators that
 * end where a comment begins. Takes a text in pieces of any size and keeps a few bytes of it, however long it is.
 */
export class SqlLexer {
  private readonly sink: SqlSink;
  private state: State = states.base;
  /** The hash of a word, a quoted name, an operator or a parameter: what Postgres tells names apart by, and no more. */
  private readonly token = Buffer.alloc(maxNameBytes);
  private tokenLength = 0;
  /** The hash of a word in lower case: see `hashWord`. */
  private wordHash = hashBasis;
  private readonly tag = Buffer.alloc(maxTagBytes);
  private tagLength = 0;
  private matchedLength = 0;
  private commentDepth = 0;
  private lastOperator = 0;
  private isHex = false;
  private hasDot = false;
  private lastDigit = 0;
  private isUnicodeName = false;
  /** Whether a backslash escapes in the string that is read, and in one that goes on behind a newline. */
  private hasEscapes = false;
  private canContinue = false;
  private sawNewline = false;
  private plainEscapes = false;

  constructor(sink: SqlSink) {
    this.sink = sink;
  }

  /** Begins a text. `plainEscapes`: the session has `standard_conforming_strings` off. */
  begin(plainEscapes: boolean): void {
    this.state = states.base;
    this.plainEscapes = plainEscapes;
    this.canContinue = false;
  }

  /** A zero byte ends the text. */
  push(bytes: Buffer, start: number, end: number): void {
    let at = start;
    while (at < end && this.state !== states.ended) at = this.step(bytes, at, end);
  }

  /** Ends the text. */
  end(): void {
    const { state } = this;
    this.state = states.ended;
    switch (state) {
      case states.word:
        this.sink.word(this.token, this.tokenLength, this.wordHash);
        break;
      case states.unicode:
        this.sink.word(this.token, this.tokenLength, this.wordHash);
        this.sink.operator(ampersandText, 1);
        break;
      case states.name:
        this.sink.name(this.token, this.tokenLength, this.isUnicodeName, false);
        break;
      case states.nameQuote:
        this.sink.name(this.token, this.tokenLength, this.isUnicodeName, true);
        break;
      case states.operator:
        this.endOperator();
        break;
      case states.dot:
        this.sink.mark(dot);
        break;
      case states.dollar:
        this.sink.mark(dollar);
        break;
      case states.dollarTag:
        this.sink.mark(dollar);
        this.beginTagWord();
        this.sink.word(this.token, this.tokenLength, this.wordHash);
        break;
      case states.parameter:
        this.sink.parameter(this.token, this.tokenLength);
        break;
    }
  }

  /** Reads at least one byte or changes the state; returns where to read on. */
  private step(bytes: Buffer, at: number, end: number): number {
    const byte = bytes[at]!;
    switch (this.state) {
      case states.base:
        return this.beginToken(byte, at);
      case states.word:
        return this.inWord(bytes, at, end);
      case states.unicode:
        return this.afterUnicode(byte, at);
      case states.name:
        if (byte === doubleQuote) this.state = states.nameQuote;
        else if (byte === 0) this.end();
        else this.append(byte);
        return at + 1;
      case states.nameQuote:
        this.state = byte === doubleQuote ? states.name : states.base;
        if (byte !== doubleQuote) {
          this.sink.name(this.token, this.tokenLength, this.isUnicodeName, true);
          return at;
        }
        this.append(byte);
        return at + 1;
      case states.text:
        return this.inText(bytes, at, end);
      case states.textEscape:
        this.state = states.text;
        return byte === 0 ? at : at + 1;
      case states.textQuote:
        if (byte === quote) {
          this.state = states.text;
          return at + 1;
        }
        this.state = states.base;
        this.canContinue = true;
        this.sawNewline = false;
        return at;
      case states.number:
        return this.inNumber(bytes, at, end);
      case states.numberDot:
        return this.afterNumberDot(byte, at);
      case states.dot:
        this.state = isDigit(byte) ? this.beginNumber(0, true) : states.base;
        if (this.state === states.base) this.sink.mark(dot);
        return at;
      case states.parameter:
        if (!isDigit(byte)) {
          this.state = states.base;
          this.sink.parameter(this.token, this.tokenLength);
          return at;
        }
        this.append(byte);
        return at + 1;
      case states.dollar:
        return this.afterDollar(byte, at);
      case states.dollarTag:
        return this.inTag(byte, at);
      case states.dollarText: {
        const next = findEither(bytes, dollar, 0, at, end);
        if (next === end) return end;
        if (bytes[next] === 0) this.end();
        else this.state = states.dollarMatch;
        this.matchedLength = 0;
        return next + 1;
      }
      case states.dollarMatch:
        return this.inMatch(byte, at);
      case states.operator:
        return this.inOperator(byte, at);
      case states.line:
        return this.inLine(bytes, at, end);
      case states.block:
      case states.blockStar:
      case states.blockSlash:
        return this.inBlock(bytes, at, end);
      default:
        return end;
    }
  }

  private beginToken(byte: number, at: number): number {
    const kind = kinds[byte]!;
    if (kind === kindSpace) {
      if (byte === newline || byte === carriageReturn) this.sawNewline = true;
      this.sink.space();
      return at + 1;
    }
    if (kind === kindQuote) {
      // Behind a newline it goes on with the string before it, by the same rules.
      if (this.canContinue && this.sawNewline) this.sink.continues();
      else this.beginText(this.plainEscapes);
      this.state = states.text;
      return at + 1;
    }
    if (kind === kindOperator) {
      // It may turn out to be a line comment, which does not end a string for good.
      this.state = states.operator;
      this.tokenLength = 0;
      this.lastOperator = 0;
      return at;
    }
    this.canContinue = false;
    this.tokenLength = 0;
    switch (kind) {
      case kindLetter:
        this.state = states.word;
        this.wordHash = hashBasis;
        return at;
      case kindDigit:
        this.state = this.beginNumber(byte, false);
        return at + 1;
      case kindDot:
        this.state = states.dot;
        return at + 1;
      case kindDollar:
        this.state = states.dollar;
        return at + 1;
      case kindDoubleQuote:
        this.state = states.name;
        this.isUnicodeName = false;
        return at + 1;
      case kindEnd:
        this.end();
        return at + 1;
      default:
        this.sink.mark(byte);
        return at + 1;
    }
  }

  private inWord(bytes: Buffer, from: number, end: number): number {
    const { token } = this;
    let { tokenLength, wordHash } = this;
    let at = from;
    for (; at < end; at += 1) {
      const lower = lowerWord[bytes[at]!]!;
      if (lower === 0) break;
      if (tokenLength === maxNameBytes) continue;
      token[tokenLength] = bytes[at]!;
      tokenLength += 1;
      wordHash = Math.imul(wordHash ^ lower, hashPrime);
    }
    this.tokenLength = tokenLength;
    this.wordHash = wordHash;
    if (at === end) return at;
    const byte = bytes[at]!;
    const prefix = tokenLength === 1 ? token[0]! | 0x20 : 0;
    if (byte === quote && (prefix === 0x65 || prefix === 0x62 || prefix === 0x78 || prefix === 0x6e)) {
      // E'' escapes, B'' and X'' never do, N'' is as a plain one.
      this.beginText(prefix === 0x65 || (prefix === 0x6e && this.plainEscapes));
      return at + 1;
    }
    if (byte === ampersand && prefix === 0x75) {
      this.state = states.unicode;
      return at + 1;
    }
    this.state = states.base;
    this.sink.word(token, tokenLength, wordHash);
    return at;
  }
  /** Behind `U&`. */
  private afterUnicode(byte: number, at: number): number {
    if (byte === quote) {
      this.beginText(false);
      return at + 1;
    }
    if (byte === doubleQuote) {
      this.state = states.name;
      this.isUnicodeName = true;
      this.tokenLength = 0;
      return at + 1;
    }
    this.sink.word(this.token, this.tokenLength, this.wordHash);
    this.state = states.operator;
    this.token[0] = ampersand;
    this.tokenLength = 1;
    this.lastOperator = ampersand;
    return at;
  }

  private beginText(hasEscapes: boolean): void {
    this.hasEscapes = hasEscapes;
    this.canContinue = false;
    this.state = states.text;
    this.sink.literal(false);
  }
  private inText(bytes: Buffer, from: number, end: number): number {
    let at = from;
    for (; at < end; at += 1) {
      const byte = bytes[at]!;
      if (byte === quote) this.state = states.textQuote;
      else if (byte === backslash && this.hasEscapes) this.state = states.textEscape;
      else if (byte === 0) this.end();
      else continue;
      return at + 1;
    }
    return at;
  }

  private beginNumber(firstDigit: number, hasDot: boolean): State {
    this.isHex = false;
    this.hasDot = hasDot;
    this.lastDigit = firstDigit;
    this.tokenLength = 0;
    this.sink.literal(true);
    return states.number;
  }
  private inNumber(bytes: Buffer, from: number, end: number): number {
    for (let at = from; at < end; at += 1) {
      const byte = bytes[at]!;
      const kind = kinds[byte]!;
      if (kind === kindDot && !this.hasDot) {
        this.state = states.numberDot;
        return at + 1;
      }
      const isExponentSign = (byte === plus || byte === minus) && !this.isHex && (this.lastDigit | 0x20) === 0x65;
      if (kind !== kindDigit && kind !== kindLetter && !isExponentSign) {
        this.state = states.base;
        return at;
      }
      // 0x1e-1 is a difference.
      if (this.lastDigit === 0x30 && (byte | 0x20) === 0x78) this.isHex = true;
      this.lastDigit = byte;
    }
    return end;
  }
  /** `1.` and more digits, or the dots of `1..10`. */
  private afterNumberDot(byte: number, at: number): number {
    if (byte === dot) {
      this.state = states.base;
      this.sink.mark(dot);
      this.sink.mark(dot);
      return at + 1;
    }
    this.state = states.number;
    this.hasDot = true;
    this.lastDigit = dot;
    return at;
  }

  private afterDollar(byte: number, at: number): number {
    if (isDigit(byte)) this.state = states.parameter;
    else if (byte === dollar || kinds[byte] === kindLetter) {
      this.state = states.dollarTag;
      this.tagLength = 0;
    } else {
      this.state = states.base;
      this.sink.mark(dollar);
    }
    return at;
  }
  private inTag(byte: number, at: number): number {
    if (byte === dollar) {
      this.state = states.dollarText;
      this.sink.literal(false);
      return at + 1;
    }
    if (kinds[byte] === kindLetter || isDigit(byte)) {
      if (this.tagLength < maxTagBytes) this.tag[this.tagLength] = byte;
      this.tagLength += 1;
      return at + 1;
    }
    // No tag: a lone dollar and a word.
    this.sink.mark(dollar);
    this.beginTagWord();
    this.state = states.word;
    return at;
  }
  private beginTagWord(): void {
    this.tokenLength = this.tag.copy(this.token, 0, 0, Math.min(this.tagLength, maxNameBytes));
    this.wordHash = hashWord(this.token, this.tokenLength);
  }
  private inMatch(byte: number, at: number): number {
    const { matchedLength, tagLength } = this;
    if (matchedLength === tagLength && byte === dollar) {
      this.state = states.base;
      return at + 1;
    }
    if (matchedLength < tagLength && (matchedLength >= maxTagBytes || byte === this.tag[matchedLength])) {
      this.matchedLength += 1;
      return at + 1;
    }
    this.state = states.dollarText;
    return at;
  }

  private inOperator(byte: number, at: number): number {
    if (kinds[byte] !== kindOperator) {
      this.state = states.base;
      this.endOperator();
      return at;
    }
    const isLine = byte === minus && this.lastOperator === minus;
    if (isLine || (byte === star && this.lastOperator === slash)) {
      this.tokenLength -= 1;
      if (this.tokenLength > 0) this.endOperator();
      this.state = isLine ? states.line : states.block;
      this.commentDepth = 1;
      if (!isLine) this.canContinue = false;
      this.sink.space();
      return at + 1;
    }
    this.append(byte);
    this.lastOperator = byte;
    return at + 1;
  }
  /** `a<-1` is `<` and a sign: only operators with certain characters may end in + or -. */
  private endOperator(): void {
    this.canContinue = false;
    const { token } = this;
    let length = this.tokenLength;
    let isSpecial = false;
    for (let at = 0; at < length - 1 && !isSpecial; at += 1) isSpecial = mayEndInSign.has(token[at]!);
    if (!isSpecial) while (length > 1 && (token[length - 1] === plus || token[length - 1] === minus)) length -= 1;
    if (length === 2 && token[0] === exclamation && token[1] === equals) this.sink.operator(unequalText, 2);
    else this.sink.operator(token, length);
    for (let at = length; at < this.tokenLength; at += 1) {
      this.sink.operator(token[at] === plus ? plusText : minusText, 1);
    }
    this.tokenLength = 0;
  }

  private inLine(bytes: Buffer, from: number, end: number): number {
    let at = from;
    while (at < end && bytes[at] !== newline && bytes[at] !== carriageReturn && bytes[at] !== 0) at += 1;
    if (at < end) this.state = states.base;
    return at;
  }
  private inBlock(bytes: Buffer, from: number, end: number): number {
    for (let at = from; at < end; at += 1) {
      const byte = bytes[at]!;
      if (byte === slash && this.state === states.blockStar) {
        this.state = states.block;
        this.commentDepth -= 1;
        if (this.commentDepth > 0) continue;
        this.state = states.base;
        return at + 1;
      }
      if (byte === star && this.state === states.blockSlash) {
        this.state = states.block;
        this.commentDepth += 1;
      } else if (byte === 0) {
        this.end();
        return at + 1;
      } else this.state = byte === star ? states.blockStar : byte === slash ? states.blockSlash : states.block;
    }
    return end;
  }

  private append(byte: number): void {
    if (this.tokenLength === maxNameBytes) return;
    this.token[this.tokenLength] = byte;
    this.tokenLength += 1;
  }
}

/** What a lexer tells of a text, in order. Buffers are valid during the call only. */
export interface SqlSink {
  /** White space or a comment. */
  space(): void;
  /** A keyword or a name without quotes, as written; `hash` is that of its lower case. */
  word(token: Buffer, length: number, hash: number): void;
  /** A name in double quotes, without them. */
  name(token: Buffer, length: number, isUnicode: boolean, isClosed: boolean): void;
  /** A string or a number, where it begins. */
  literal(isNumber: boolean): void;
  /** The last literal goes on: what lay between was no space. */
  continues(): void;
  /** `$1`, without the dollar. */
  parameter(token: Buffer, length: number): void;
  operator(token: Buffer, length: number): void;
  /** Brackets, commas and whatever else stands alone. */
  mark(byte: number): void;
}

/** NAMEDATALEN less the zero byte: longer names are cut by Postgres itself. */
const maxNameBytes = 63;
/** Longer tags of dollar quotes are told apart by this much and their length. */
const maxTagBytes = 128;

const states = {
  base: 0,
  word: 1,
  unicode: 2,
  name: 3,
  nameQuote: 4,
  text: 5,
  textEscape: 6,
  textQuote: 7,
  number: 8,
  numberDot: 9,
  dot: 10,
  parameter: 11,
  dollar: 12,
  dollarTag: 13,
  dollarText: 14,
  dollarMatch: 15,
  operator: 16,
  line: 17,
  block: 18,
  blockStar: 19,
  blockSlash: 20,
  ended: 21,
} as const;
type State = (typeof states)[keyof typeof states];

const quote = 0x27;
const doubleQuote = 0x22;
const backslash = 0x5c;
const dollar = 0x24;
const dot = 0x2e;
const plus = 0x2b;
const minus = 0x2d;
const star = 0x2a;
const slash = 0x2f;
const ampersand = 0x26;
const exclamation = 0x21;
const equals = 0x3d;
const newline = 0x0a;
const carriageReturn = 0x0d;
const unequalText = Buffer.from('<>');
const plusText = Buffer.from('+');
const minusText = Buffer.from('-');
const ampersandText = Buffer.from('&');
const mayEndInSign: ReadonlySet<number> = new Set(Buffer.from('~!@#^&|`?%'));

const [kindMark, kindSpace, kindLetter, kindDigit, kindOperator] = [0, 1, 2, 3, 4] as const;
const [kindQuote, kindDoubleQuote, kindDollar, kindDot, kindEnd] = [5, 6, 7, 8, 9] as const;
/** What each byte begins. */
const kinds = new Uint8Array(256).fill(kindMark).fill(kindLetter, 0x80);
for (const [text, kind] of [
  [' \t\n\r\f\v', kindSpace],
  ['ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_', kindLetter],
  ['0123456789', kindDigit],
  ['~!@#^&|`?+-*/%<>=', kindOperator],
  ["'", kindQuote],
  ['"', kindDoubleQuote],
  ['$', kindDollar],
  ['.', kindDot],
  ['\0', kindEnd],
] as const) {
  for (const byte of Buffer.from(text)) kinds[byte] = kind;
}

/** What may stand in a word, in lower case; 0 for all else. Beyond ASCII case is kept, as Postgres does in UTF-8. */
const lowerWord = new Uint8Array(256);
for (let byte = 0; byte < 256; byte += 1) {
  const isUpper = byte >= 0x41 && byte <= 0x5a;
  const kind = kinds[byte]!;
  if (kind === kindLetter || kind === kindDigit || kind === kindDollar) lowerWord[byte] = isUpper ? byte | 0x20 : byte;
}

const hashBasis = 0x811c9dc5 | 0;
const hashPrime = 0x01000193;
/** FNV-1a of a word in lower case, by which keywords are found. */
export const hashWord = (word: Buffer, length: number): number => {
  let hash = hashBasis;
  for (let at = 0; at < length; at += 1) hash = Math.imul(hash ^ lowerWord[word[at]!]!, hashPrime);
  return hash;
};

const isDigit = (byte: number): boolean => byte >= 0x30 && byte <= 0x39;

const findEither = (bytes: Buffer, one: number, other: number, start: number, end: number): number => {
  let at = start;
  while (at < end && bytes[at] !== one && bytes[at] !== other) at += 1;
  return at;
};
