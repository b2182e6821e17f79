import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { digestFiles } from '../../../src/agent/index.ts';

test('a digest follows from names, contents and what may be run, and from nothing else', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'digest-test-'));
  try {
    mkdirSync(join(folder, 'sub'));
    writeFileSync(join(folder, 'a'), 'one');
    writeFileSync(join(folder, 'sub', 'b'), 'two');
    const files = ['a', 'sub/b'];
    const digest = await digestFiles(folder, files);
    expect(digest).toMatch(/^[0-9a-f]{64}$/);
    expect(await digestFiles(folder, [...files].reverse())).toBe(digest);
    chmodSync(join(folder, 'a'), 0o600);
    expect(await digestFiles(folder, files)).toBe(digest);
    const others = [await digestFiles(folder, ['a'])];
    chmodSync(join(folder, 'a'), 0o700);
    others.push(await digestFiles(folder, files));
    chmodSync(join(folder, 'a'), 0o600);
    // The same bytes in a row, cut in another place.
    writeFileSync(join(folder, 'a'), 'onet');
    writeFileSync(join(folder, 'sub', 'b'), 'wo');
    others.push(await digestFiles(folder, files));
    expect(new Set([digest, ...others]).size).toBe(4);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
