import { expect, test } from 'vitest';
import { hasDeepBrackets } from '../../src/files/index.ts';

test.each([
  {
    name: 'brackets that people write, some of them within quotes',
    text: '- { a: [1, { b: "[" }], c: \'{\' }\n'.repeat(5_000),
    isDeep: false,
  },
  { name: 'closing brackets alone', text: ']'.repeat(20_000), isDeep: false },
  { name: 'braces within braces', text: '{'.repeat(16_384), isDeep: true },
  { name: 'both kinds in turns', text: '[{'.repeat(300), isDeep: true },
])('$name', ({ text, isDeep }) => expect(hasDeepBrackets(text)).toBe(isDeep));
