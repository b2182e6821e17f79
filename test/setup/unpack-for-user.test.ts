import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startLocalHost } from '../../src/hosts/index.ts';
import { describeRoot } from '../../src/setup/provide.ts';
import { toolsFolder } from '../../src/setup/tools-folder.ts';
import { createUnpacker } from '../../src/setup/unpack-for-user.ts';
import { programWrapper, triplets } from '../../src/setup/wrappers.ts';

const hasApt = spawnSync('apt-get', ['--version']).status === 0;

test.skipIf(!hasApt)(
  'a Debian package and what it needs are unpacked into a folder, and run from there',
  async (context) => {
    const folder = mkdtempSync(join(tmpdir(), 'pitwall-unpack-'));
    try {
      await using host = await startLocalHost();
      const tools = toolsFolder(folder);
      const signal = new AbortController().signal;
      const unpacker = await createUnpacker(host, tools, signal).catch((error: Error) => error);
      if (unpacker instanceof Error) return context.skip(`no package lists: ${unpacker.message.split('\n')[0]}`);
      // A small program that nobody has installed, with a library of its own.
      await unpacker.unpack(['figlet']);
      mkdirSync(tools.bin);
      const figlet = join(tools.bin, 'figlet');
      const unpacked = describeRoot(tools.root, triplets[process.arch]!);
      writeFileSync(figlet, programWrapper(unpacked, '/usr/bin/figlet-figlet'), { mode: 0o755 });
      const fonts = join(tools.root, 'usr/share/figlet');
      expect(execFileSync(figlet, ['-d', fonts, 'pit']).toString()).toMatch(/_ __/);
      await expect(unpacker.unpack(['no-such-package-at-all'])).rejects.toMatchObject({ code: 'setup.impossible' });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
  180_000,
);
