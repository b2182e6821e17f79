import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cutTo, fold, foldBeside } from '../../../src/report/terminal/fold.ts';

describe('a text folded to a width', () => {
  test('breaks between words, and indents what follows the first line', () => {
    expect(fold('  one two three', 9, 4)).toEqual(['  one two', '    three']);
  });

  test('keeps a number and its unit on one line', () => {
    expect(fold('it takes 34 % of 12 ms', 11)).toEqual(['it takes', '34 % of', '12 ms']);
  });

  test('is not broken where there is no limit', () => {
    expect(fold('one two three', Number.POSITIVE_INFINITY)).toEqual(['one two three']);
  });

  test('stands beside its label, or below one that is too wide', () => {
    expect(foldBeside('axum', 'a b', { columns: 40, width: 6 })).toEqual(['axum  a b']);
    expect(foldBeside('starlette', 'a b', { columns: 40, width: 6 })).toEqual(['starlette', '      a b']);
  });

  test('loses no word, and only a word that is too long makes a line too long', () => {
    fc.assert(
      fc.property(
        fc.array(fc.stringMatching(/^[a-z]{1,12}$/), { minLength: 1 }),
        fc.integer({ min: 16, max: 60 }),
        fc.integer({ min: 0, max: 4 }),
        (words, columns, indent) => {
          const lines = fold(words.join(' '), columns, indent);
          expect(lines.flatMap((line) => line.trim().split(' '))).toEqual(words);
          for (const line of lines) expect(line.length).toBeLessThanOrEqual(columns);
        },
      ),
    );
  });

  test('or cut, it fills no more than the line', () => {
    expect(cutTo('abcdef', 4)).toBe('abc…');
    expect(cutTo('abcd', 4)).toBe('abcd');
  });
});
