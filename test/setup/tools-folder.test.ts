import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { pathWithTools, toolsFolder } from '../../src/setup/tools-folder.ts';

test('what set-up unpacked comes behind the machine’s own programs, its Python before them, each once', () => {
  const cache = mkdtempSync(join(tmpdir(), 'pitwall-tools-'));
  try {
    const tools = toolsFolder(cache);
    expect(pathWithTools('/usr/bin:/bin', tools)).toBe('/usr/bin:/bin');
    mkdirSync(tools.bin, { recursive: true });
    const path = pathWithTools('/usr/bin::/bin', tools);
    expect(path).toBe(`/usr/bin:/bin:${tools.bin}`);
    mkdirSync(tools.python);
    const both = pathWithTools(path, tools);
    expect(both).toBe(`${tools.python}:/usr/bin:/bin:${tools.bin}`);
    expect(pathWithTools(both, tools)).toBe(both);
  } finally {
    rmSync(cache, { recursive: true });
  }
});
