import { type TokenKind, tokens } from './tokens.ts';

/** A token on its way to the hash. */
export interface ListPart {
  readonly kind: TokenKind;
  readonly bytes: Buffer;
  readonly length: number;
  readonly isSpaced: boolean;
}

/**
 * Lists of values of any length count as lists of one: `IN (1, 2, 3)` and `ARRAY['a'::text, 'b'::text]`. Elements behind the
 * first are held back until it is known whether they are values alone, with a cast at most; what is not is let go as it came.
 */
export class ListSquasher {
  private readonly emit: (part: ListPart) => void;
  private readonly held: { kind: TokenKind; bytes: Buffer; length: number; isSpaced: boolean }[];
  private heldCount = 0;
  private place: Place = places.outside;

  constructor(emit: (part: ListPart) => void) {
    this.emit = emit;
    this.held = Array.from({ length: maxHeld }, () => ({
      kind: tokens.mark,
      bytes: Buffer.alloc(64),
      length: 0,
      isSpaced: false,
    }));
  }

  begin(): void {
    this.place = places.outside;
    this.heldCount = 0;
  }
  get isOpen(): boolean {
    return this.place !== places.outside;
  }
  /** Behind the bracket that opens a list. */
  open(): void {
    this.place = places.element;
  }
  /** Takes a token of an open list; false: it is not held back. */
  take(kind: TokenKind, bytes: Buffer, length: number, isSpaced: boolean): boolean {
    const next = this.follow(kind, bytes[0]!);
    if (next === places.outside) {
      const isClosed =
        kind === tokens.mark && (bytes[0] === closeParen || bytes[0] === closeBracket) && isWhole(this.place);
      if (isClosed) this.heldCount = 0;
      this.place = places.outside;
      this.release();
      return false;
    }
    const isComma = kind === tokens.mark && bytes[0] === comma;
    this.place = next;
    // The element that ended was values alone.
    if (isComma) this.heldCount = 0;
    if (!isComma && this.heldCount === 0) return false;
    if (this.heldCount === maxHeld) {
      this.place = places.outside;
      this.release();
      return false;
    }
    const slot = this.held[this.heldCount]!;
    bytes.copy(slot.bytes, 0, 0, length);
    slot.kind = kind;
    slot.length = length;
    slot.isSpaced = isSpaced;
    this.heldCount += 1;
    return true;
  }
  /** Lets go of what is held. */
  end(): void {
    this.place = places.outside;
    this.release();
  }

  private follow(kind: TokenKind, byte: number): Place {
    const isValue = kind === tokens.value || kind === tokens.parameter;
    const isColon = kind === tokens.mark && byte === colon;
    switch (this.place) {
      case places.element:
        return isValue ? places.value : places.outside;
      case places.value:
      case places.type:
        if (isColon) return places.colon;
        if (kind === tokens.mark && byte === comma) return places.element;
        return this.place === places.type && kind === tokens.word ? places.type : places.outside;
      case places.colon:
        return isColon ? places.cast : places.outside;
      case places.cast:
        return kind === tokens.word || kind === tokens.name ? places.type : places.outside;
      default:
        return places.outside;
    }
  }
  private release(): void {
    const count = this.heldCount;
    this.heldCount = 0;
    for (let index = 0; index < count; index += 1) this.emit(this.held[index]!);
  }
}

/** Where in a list the last token stood. */
const places = { outside: 0, element: 1, value: 2, colon: 3, cast: 4, type: 5 } as const;
type Place = (typeof places)[keyof typeof places];
const isWhole = (place: Place): boolean => place === places.value || place === places.type;

/** A comma, a value, a cast and the words of its type. */
const maxHeld = 10;
const comma = 0x2c;
const colon = 0x3a;
const closeParen = 0x29;
const closeBracket = 0x5d;
