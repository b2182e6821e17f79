import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseIgnoreRules } from '../../../src/components/app/ignore-rules.ts';

const part = fc.constantFrom('a', 'b', 'ab', 'a.b', '*', '**', 'a*', '*.b', '?', '[ab]', '[!a]', '\\a', 'b+');
const pattern = fc
  .tuple(
    fc.constantFrom('', '', '!', '/'),
    fc.array(part, { minLength: 1, maxLength: 3 }),
    fc.constantFrom('', '', '/'),
  )
  .map(([before, parts, after]) => `${before}${parts.join('/')}${after}`);
const path = fc
  .array(fc.constantFrom('a', 'b', 'ab', 'a.b', 'x', 'b+'), { minLength: 1, maxLength: 4 })
  .map((parts) => parts.join('/'));

/** By the rules, a folder at a time, as git walks. */
const isIgnored = (rules: string, file: string): boolean => {
  const find = parseIgnoreRules(rules);
  const parts = file.split('/');
  return parts.some((_, index) => find(parts.slice(0, index + 1).join('/'), index < parts.length - 1) === true);
};

test('ignore files mean what git makes of them', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ignore-test-'));
  try {
    execFileSync('git', ['init', '-q'], { cwd: folder });
    fc.assert(
      fc.property(
        fc.array(pattern, { minLength: 1, maxLength: 4 }),
        fc.uniqueArray(path, { minLength: 5, maxLength: 20 }),
        (patterns, paths) => {
          const rules = patterns.join('\n');
          writeFileSync(join(folder, '.gitignore'), rules);
          const told = execFileSync('sh', ['-c', 'git check-ignore --no-index --stdin || true'], {
            cwd: folder,
            input: paths.join('\n'),
          });
          const byGit = new Set(told.toString().split('\n'));
          expect(paths.filter((one) => isIgnored(rules, one))).toEqual(paths.filter((one) => byGit.has(one)));
        },
      ),
      {
        numRuns: 200,
        examples: [
          [
            ['/**', '!a'],
            ['a/x', 'a', 'a.b'],
          ],
          [['**/**/a'], ['a', 'a/a', 'ab']],
        ],
      },
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('any text is an ignore file', () => {
  fc.assert(fc.property(fc.string(), fc.string(), (rules, one) => parseIgnoreRules(rules)(one, true) !== null));
});
