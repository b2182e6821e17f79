import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createAtEnd, quote } from '../../../src/agent/processes/at-end.ts';

test('a shell reads a quoted command as the words that it was', () => {
  const word = fc.string({ maxLength: 20, unit: 'grapheme' }).filter((text) => !text.includes('\0'));
  fc.assert(
    fc.property(fc.array(word, { maxLength: 4 }), (words) => {
      const line = quote(['printf', '%s\\0', ...words, 'end']);
      const said = execFileSync('sh', ['-c', line], { encoding: 'utf8' });
      expect(said.split('\0').slice(0, -1)).toEqual([...words, 'end']);
    }),
    { numRuns: 30 },
  );
});

test('what is left is undone once, the last first, and what fails keeps nothing from being undone', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'at-end-test-'));
  try {
    const log = join(folder, 'log');
    const note = (text: string) => ['sh', '-c', `echo ${text} >> ${log}`] as const;
    const atEnd = createAtEnd(folder);
    atEnd.add(note('first'));
    const now = atEnd.add(note('now'));
    atEnd.add(['false']);
    atEnd.add(note('last'));
    await atEnd.runNow(now);
    await atEnd.runNow(now);
    expect(readFileSync(join(folder, 'at-end.sh'), 'utf8').split('\n')).toHaveLength(4);
    await atEnd.runAll();
    expect(readFileSync(log, 'utf8')).toBe('now\nlast\nfirst\n');
    expect(existsSync(join(folder, 'at-end.sh'))).toBe(false);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
