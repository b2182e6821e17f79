/** A statement text as the tap tells them apart: literals are left out. */
export interface StatementCount {
  /** 64-bit FNV-1a of the normalised text, in hexadecimal. */
  readonly key: string;
  /** The normalised text's first 200 characters. */
  readonly text: string;
  /** Parse messages. */
  prepares: number;
  /** Execute messages of it. */
  executes: number;
  /** Simple queries. */
  queries: number;
}

export interface Statements {
  /** The entry of a text that lies in `body[start..end)` up to its first zero byte. */
  of(body: Buffer, start: number, end: number): StatementCount;
  readonly all: Iterable<StatementCount>;
  /** Sets the counts to 0. */
  reset(): void;
}

/** Texts beyond this many share one entry: an application that writes values into its SQL has no end of them. */
const maxTexts = 2000;
const maxTextLength = 200;

export const createStatements = (): Statements => {
  const byHash = new Map<number, StatementCount>();
  const scratch = Buffer.allocUnsafe(8192);
  const other: StatementCount = { key: 'other', text: '(other statements)', prepares: 0, executes: 0, queries: 0 };

  return {
    of(body, start, end) {
      const length = normaliseSql(body, start, end, scratch);
      // Two 32-bit hashes in one double: 53 bits of them are the key of the map.
      const high = fnv1a(scratch, length, 0x811c9dc5);
      const low = fnv1a(scratch, length, 0x050c5d1f);
      const hash = (high & 0x1fffff) * 0x1_0000_0000 + low;
      const known = byHash.get(hash);
      if (known !== undefined) return known;
      if (byHash.size >= maxTexts) return other;
      const entry: StatementCount = {
        key: high.toString(16).padStart(8, '0') + low.toString(16).padStart(8, '0'),
        text: scratch.toString('utf8', 0, length).slice(0, maxTextLength),
        prepares: 0,
        executes: 0,
        queries: 0,
      };
      byHash.set(hash, entry);
      return entry;
    },
    get all() {
      return other.prepares + other.executes + other.queries > 0 ? [...byHash.values(), other] : byHash.values();
    },
    reset() {
      for (const entry of [...byHash.values(), other]) {
        entry.prepares = 0;
        entry.executes = 0;
        entry.queries = 0;
      }
    },
  };
};

const quote = 0x27;
const doubleQuote = 0x22;
const space = 0x20;
const questionMark = 0x3f;
const dollar = 0x24;
const dash = 0x2d;
const isDigit = (byte: number): boolean => byte >= 0x30 && byte <= 0x39;
const isSpace = (byte: number): boolean => byte === space || (byte >= 9 && byte <= 13);
const isWord = (byte: number): boolean =>
  isDigit(byte) || (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a) || byte === 0x5f || byte >= 0x80;

/**
 * Writes SQL into `target` with string and number literals as `?`, runs of white space as one blank, and line
 * comments left out; returns the length. Parameters (`$1`) and quoted names stay. Statements that differ in
 * their values only come out equal.
 */
const normaliseSql = (sql: Buffer, start: number, end: number, target: Buffer): number => {
  let to = 0;
  let at = start;
  const limit = Math.min(end, start + target.length - 1);
  while (at < limit) {
    const byte = sql[at]!;
    if (byte === 0) break;
    const before = to > 0 ? target[to - 1]! : space;
    if (isSpace(byte)) {
      if (before !== space) target[to++] = space;
      at += 1;
    } else if (byte === quote) {
      at += 1;
      while (at < limit && sql[at] !== 0) {
        if (sql[at] !== quote) at += 1;
        else if (sql[at + 1] === quote) at += 2;
        else break;
      }
      at += 1;
      target[to++] = questionMark;
    } else if (byte === doubleQuote) {
      do target[to++] = sql[at++]!;
      while (at < limit && sql[at] !== doubleQuote && sql[at] !== 0);
      if (sql[at] === doubleQuote) target[to++] = sql[at++]!;
    } else if (isDigit(byte) && !isWord(before) && before !== dollar) {
      while (at < limit && (isWord(sql[at]!) || sql[at] === 0x2e)) at += 1;
      target[to++] = questionMark;
    } else if (byte === dash && sql[at + 1] === dash) {
      while (at < limit && sql[at] !== 0x0a && sql[at] !== 0) at += 1;
    } else {
      target[to++] = byte;
      at += 1;
    }
  }
  return to > 0 && target[to - 1] === space ? to - 1 : to;
};

const fnv1a = (bytes: Buffer, length: number, basis: number): number => {
  let hash = basis;
  for (let at = 0; at < length; at += 1) hash = Math.imul(hash ^ bytes[at]!, 0x01000193);
  return hash >>> 0;
};
