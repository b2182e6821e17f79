import { hashWord } from './lexer.ts';

/** A word that means something to those who tell statements apart. */
export interface Keyword {
  /** In lower case. */
  readonly text: string;
  /** NULL, TRUE and FALSE. */
  readonly isConstant: boolean;
  /** Behind it a constant is no value: `IS NOT NULL`, `ON DELETE SET NULL`. */
  readonly keepsConstant: boolean;
  /** Behind it an operand begins, so that a minus is its sign. */
  readonly isBeforeOperand: boolean;
}

/** Stands for every other word. */
export const noKeyword: Keyword = { text: '', isConstant: false, keepsConstant: false, isBeforeOperand: false };

/** The keyword with this hash of its lower case (see `hashWord`), or `noKeyword`. */
export const findKeyword = (hash: number, length: number): Keyword => {
  const found = byHash.get(hash);
  return found !== undefined && found.text.length === length ? found : noKeyword;
};

const beforeOperand =
  'select where and or not then else when case between symmetric asymmetric in like ilike similar escape limit offset by ' +
  'having on using values returning distinct all any some from to for as is array row set default return call do with end ' +
  'execute fetch move forward backward absolute relative over within union except intersect first next only';
const constants = ['null', 'true', 'false'];
const keepers = ['is', 'not', 'set'];
/** For the names that clients make up. */
const others =
  'savepoint release rollback work transaction and chain no prepared deallocate prepare declare close prior last current of ' +
  'pgjdbc_autosave';

const byHash = new Map<number, Keyword>();
for (const text of `${beforeOperand} ${constants.join(' ')} ${keepers.join(' ')} ${others}`.split(' ')) {
  byHash.set(hashWord(Buffer.from(text), text.length), {
    text,
    isConstant: constants.includes(text),
    keepsConstant: keepers.includes(text),
    isBeforeOperand: beforeOperand.split(' ').includes(text),
  });
}
