import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findCommand } from '../../../src/agent/machine/which.ts';

test('a command is the first executable file of its name on the path', () => {
  const folder = mkdtempSync(join(tmpdir(), 'which-test-'));
  try {
    for (const name of ['first', 'second', 'third']) mkdirSync(join(folder, name));
    mkdirSync(join(folder, 'first', 'tool'));
    writeFileSync(join(folder, 'second', 'tool'), '', { mode: 0o644 });
    writeFileSync(join(folder, 'third', 'tool'), '');
    chmodSync(join(folder, 'third', 'tool'), 0o755);
    const path = ['first', 'second', 'third'].map((name) => join(folder, name)).join(':');
    expect(findCommand('tool', path)).toBe(join(folder, 'third', 'tool'));
    expect(findCommand(join(folder, 'third', 'tool'), '')).toBe(join(folder, 'third', 'tool'));
    expect(findCommand(join(folder, 'second', 'tool'), path)).toBeNull();
    // An empty or relative part of a path would be the folder that pitwall happens to be in.
    expect(findCommand('package.json', ':.')).toBeNull();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
