import { SqlNormaliser } from '../sql/normaliser.ts';

/** A statement as the tap tells them apart: by its text without values (see `SqlNormaliser`). */
export interface StatementCount {
  /** 64-bit FNV-1a of the normalised text, in hexadecimal. */
  readonly key: string;
  /** The normalised text's first 200 characters, as it was first written. */
  readonly text: string;
  /** Parse messages. */
  prepares: number;
  /** Execute messages of it. */
  executes: number;
  /** Simple queries. */
  queries: number;
}

/** A text that comes in pieces. */
export interface TextReader {
  push(body: Buffer, start: number, end: number): void;
  /** The entry of the text. */
  end(): StatementCount;
}

export interface Statements {
  /** The entry of a text that lies in `body[start..end)` up to its first zero byte. `plainEscapes`: see `SqlLexer`. */
  of(body: Buffer, start: number, end: number, plainEscapes?: boolean): StatementCount;
  /** Begins to read a text that comes in pieces. */
  read(plainEscapes: boolean): TextReader;
  /** For what is executed by a name that the tap never saw, or has no room for. */
  readonly unknown: StatementCount;
  /** Whether it takes all prepared statements of its connection away. */
  freesNames(entry: StatementCount): boolean;
  readonly all: Iterable<StatementCount>;
  /** Sets the counts to 0. */
  reset(): void;
}

/** Texts beyond this many share one entry: an application that makes up names has no end of them. */
const maxTexts = 2000;
const seenSlots = 2048;

export const createStatements = (): Statements => {
  const byHash = new Map<number, StatementCount>();
  /** Where texts with certain last bits of their hash were last seen: most texts come again as they are. */
  const seenHashes = new Float64Array(seenSlots).fill(-1);
  const seenEntries: (StatementCount | undefined)[] = Array.from({ length: seenSlots });
  const freeing = new Set<StatementCount>();
  const normaliser = new SqlNormaliser();
  const other = createCount('other', '(other statements)');
  const unknown = createCount('unknown', '(unknown statements)');

  const find = ({ high, low }: SqlNormaliser): StatementCount | undefined =>
    byHash.get(joinHashes(high, low)) ?? (byHash.size >= maxTexts ? other : undefined);
  const add = ({ high, low, text }: SqlNormaliser): StatementCount => {
    const entry = createCount(formatHex(high) + formatHex(low), text);
    byHash.set(joinHashes(high, low), entry);
    if (/^(?:discard all|deallocate (?:prepare )?all)$/i.test(text)) freeing.add(entry);
    return entry;
  };

  return {
    of(body, start, end, plainEscapes = false) {
      const textEnd = zeroAt(body, start, end);
      const bytesHash = hashBytes(body, start, textEnd, plainEscapes ? 1 : 0);
      const slot = bytesHash % seenSlots;
      if (seenHashes[slot] === bytesHash) return seenEntries[slot]!;
      const normalise = (isShown: boolean): void => {
        normaliser.begin(plainEscapes, isShown);
        normaliser.push(body, start, textEnd);
        normaliser.end();
      };
      normalise(false);
      let entry = find(normaliser);
      if (entry === undefined) {
        normalise(true);
        entry = add(normaliser);
      }
      seenHashes[slot] = bytesHash;
      seenEntries[slot] = entry;
      return entry;
    },
    read(plainEscapes) {
      const own = new SqlNormaliser();
      own.begin(plainEscapes, true);
      return {
        push: (body, start, end) => own.push(body, start, end),
        end() {
          own.end();
          return find(own) ?? add(own);
        },
      };
    },
    unknown,
    freesNames: (entry) => freeing.has(entry),
    get all() {
      return [...byHash.values(), ...[unknown, other].filter(isUsed)];
    },
    reset() {
      for (const entry of [...byHash.values(), other, unknown]) {
        entry.prepares = 0;
        entry.executes = 0;
        entry.queries = 0;
      }
    },
  };
};

const createCount = (key: string, text: string): StatementCount => ({
  key,
  text,
  prepares: 0,
  executes: 0,
  queries: 0,
});

const isUsed = ({ prepares, executes, queries }: StatementCount): boolean => prepares + executes + queries > 0;

/** Where the first zero byte is, or `end`. */
export const zeroAt = (body: Buffer, start: number, end: number): number => {
  let at = start;
  while (at < end && body[at] !== 0) at += 1;
  return at;
};

const formatHex = (hash: number): string => (hash >>> 0).toString(16).padStart(8, '0');
/** Two 32-bit hashes in one double: 53 bits of them. */
const joinHashes = (high: number, low: number): number => (high & 0x1fffff) * 0x1_0000_0000 + (low >>> 0);

const hashBytes = (bytes: Buffer, start: number, end: number, seed: number): number => {
  let high = 0x811c9dc5 ^ seed;
  let low = 0x050c5d1f;
  for (let at = start; at < end; at += 1) {
    high = Math.imul(high ^ bytes[at]!, 0x01000193);
    low = Math.imul(low ^ bytes[at]!, 0x01000193);
  }
  return joinHashes(high, low);
};
