/**
 * Finds the names that clients make up: those of savepoints, cursors and prepared statements (`SAVEPOINT s7`, `FETCH 100
 * FROM c_12`), which say nothing about what a statement does.
 */
export class NameFinder {
  /** The word that the statement begins with, while a name may still come. */
  private head = '';
  private last = '';
  private isFirst = true;
  /** Behind `WHERE CURRENT OF`. */
  private isCursor = false;

  /** At the beginning of a statement. */
  begin(): void {
    this.head = '';
    this.last = '';
    this.isFirst = true;
    this.isCursor = false;
  }

  /** Tells whether a word is such a name; `word` is empty for what is no keyword. */
  isName(word: string, isQuoted: boolean): boolean {
    const { head, last } = this;
    this.last = isQuoted ? '' : word;
    if (this.isFirst) {
      this.isFirst = false;
      this.head = isQuoted ? '' : word;
      return false;
    }
    const { isCursor } = this;
    this.isCursor = last === 'current' && word === 'of';
    if (isCursor) return true;
    const skipped = skippedWords.get(head);
    if (skipped === undefined) return false;
    if (!isQuoted && skipped.has(word)) {
      if (ending.has(word)) this.head = '';
      return false;
    }
    // ROLLBACK has a name behind TO only.
    if (head === 'rollback' && last !== 'to' && last !== 'savepoint') return false;
    this.head = '';
    // A name that a driver always uses says who sends it.
    return isQuoted || word !== 'pgjdbc_autosave';
  }
}

/** Words that may stand between the first word of a statement and the name. */
const skippedWords: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  Object.entries({
    savepoint: '',
    release: 'savepoint',
    rollback: 'work transaction and chain no to savepoint prepared',
    deallocate: 'prepare all',
    prepare: 'transaction',
    declare: '',
    close: 'all',
    fetch: 'next prior first last absolute relative forward backward all from in',
    move: 'next prior first last absolute relative forward backward all from in',
  }).map(([head, words]) => [head, new Set(words.split(' ').filter((word) => word !== ''))]),
);
/** Behind these no name comes: `PREPARE TRANSACTION 'gid'`. */
const ending: ReadonlySet<string> = new Set(['prepared']);
