import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SqlLexer } from '../../../src/wire/sql/lexer.ts';

/** The tokens of a text that comes in these pieces, a blank for white space and comments. */
const lex = (pieces: readonly Buffer[], plainEscapes = false): string[] => {
  const told: string[] = [];
  const lexer = new SqlLexer({
    space: () => {
      if (told.at(-1) !== ' ') told.push(' ');
    },
    word: (token, length) => told.push(token.toString('utf8', 0, length)),
    name: (token, length, isUnicode, isClosed) =>
      told.push(`${isUnicode ? 'U&' : ''}"${token.toString('utf8', 0, length)}${isClosed ? '"' : ''}`),
    literal: (isNumber) => told.push(isNumber ? '<number>' : '<text>'),
    continues: () => {
      while (told.at(-1) === ' ') told.pop();
    },
    parameter: (token, length) => told.push(`$${token.toString('utf8', 0, length)}`),
    operator: (token, length) => told.push(token.toString('utf8', 0, length)),
    mark: (byte) => told.push(String.fromCharCode(byte)),
  });
  lexer.begin(plainEscapes);
  for (const piece of pieces) lexer.push(piece, 0, piece.length);
  lexer.end();
  return told;
};
const splitTokens = (sql: string, plainEscapes = false): string => lex([Buffer.from(sql)], plainEscapes).join('|');

describe('the lexer', () => {
  test.each([
    ['words and names', 'SELECT a1$, "a""b", été, _x', 'SELECT| |a1$|,| |"a"b"|,| |été|,| |_x'],
    ['a name in Unicode escapes', 'U&"d\\0061t" u&x', 'U&"d\\0061t"| |u|&|x'],
    ['a name is cut as Postgres cuts it', `"${'n'.repeat(100)}"`, `"${'n'.repeat(63)}"`],
    ['strings', "'' 'a''b' 'a\\'", '<text>| |<text>| |<text>'],
    ['strings with escapes', "E'a\\'b' e'\\\\' E'\\''", '<text>| |<text>| |<text>'],
    [
      'strings of bits, of bytes, national and of Unicode',
      "B'01' x'1f' N'a' U&'\\0061'",
      '<text>| |<text>| |<text>| |<text>',
    ],
    ['a string goes on behind a newline', "'a'\n 'b' -- c\n 'd'", '<text>'],
    ['but not behind a blank or a block comment', "'a' 'b'\n/* */ 'c'", '<text>| |<text>| |<text>'],
    ['one with escapes goes on with escapes', "E'a'\n'\\'b' c", '<text>| |c'],
    ['dollar quotes', "$$it's$$ $a$ $b$ $$ $a$ $a$$b$a$", '<text>| |<text>| |<text>'],
    ['the end of a dollar quote may begin in what looked like it', '$a$ $$a$ x', '<text>| |x'],
    ['a lone dollar', '$ $a b$c$ $-1', '$| |$|a| |b$c$| |$|-|<number>'],
    ['parameters', '$1 $23::int', '$1| |$23|:|:|int'],
    ['numbers', '1 1.5 .5 1. 1e10 1E-07 3e+20 0x1F 1_000', Array.from({ length: 9 }, () => '<number>').join('| |')],
    ['a sum is no exponent', '1-2 0x1e-1 1+e', '<number>|-|<number>| |<number>|-|<number>| |<number>|+|e'],
    ['a range', '1..10 a.b', '<number>|.|.|<number>| |a|.|b'],
    [
      'operators end where a sign may begin',
      'a<-1 a@-1 a*-b a->>b',
      'a|<|-|<number>| |a|@-|<number>| |a|*|-|b| |a|->>|b',
    ],
    ['two ways to write unequal', 'a!=b a<>b', 'a|<>|b| |a|<>|b'],
    ['operators end where a comment begins', 'a+/* b */c @--d\ne', 'a|+| |c| |@| |e'],
    ['nested comments', "/* a /* it's */ b */ c /**/ d /***/ e /*/ */f", ' |c| |d| |e| |f'],
    ['a line comment ends with its line', "-- it's\ra--b", ' |a| '],
    ['what never ends', "a 'b", 'a| |<text>'],
    ['what never ends, otherwise', 'a /* b', 'a| '],
    ['a name that never ends', '"a', '"a'],
    ['a zero byte ends the text', "a\0b 'c", 'a'],
  ])('%s', (_, sql, tokens) => {
    expect(splitTokens(sql)).toBe(tokens);
  });

  test('with standard_conforming_strings off a backslash escapes in plain strings, and in those only', () => {
    expect(splitTokens("'a\\' b' c", true)).toBe('<text>| |c');
    expect(splitTokens("N'a\\' b' c", true)).toBe('<text>| |c');
    expect(splitTokens("U&'a\\' b", true)).toBe('<text>| |b');
  });

  test('tells the same wherever a text is cut', () => {
    const parts = fc.constantFrom(
      ..."' '' \" \\ $ $$ $a$ $1 -- /* */ - + / * \n E' U& U&' U&\" B' a select 1 1.5 1e-7 .5 . .. <- != ( ) , ; ::int é \0".split(
        ' ',
      ),
      ' ',
    );
    fc.assert(
      fc.property(fc.array(parts, { maxLength: 30 }), fc.array(fc.nat(), { maxLength: 20 }), (texts, places) => {
        const bytes = Buffer.from(texts.join(''));
        const at = [...new Set(places.map((place) => place % (bytes.length + 1)))].sort((a, b) => a - b);
        const pieces = [0, ...at].map((start, index) => bytes.subarray(start, at[index] ?? bytes.length));
        expect(lex(pieces)).toEqual(lex([bytes]));
      }),
      { numRuns: 2000 },
    );
  });
});
