import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { describeRoot } from '../../src/setup/provide.ts';
import { programWrapper, quote, relocateLinkerScript } from '../../src/setup/wrappers.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "pitwall wrappers' "));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('a wrapped program gets its arguments as they are, and the unpacked libraries first, also below a path with a space and a quote', () => {
  const triplet = 'x86_64-linux-gnu';
  for (const path of ['usr/bin', `usr/lib/${triplet}/sound`, `usr/lib/${triplet}/data`]) {
    mkdirSync(join(folder, path), { recursive: true });
  }
  writeFileSync(join(folder, `usr/lib/${triplet}/sound/libcommon-16.1.so`), '');
  const program = join(folder, 'usr/bin/show');
  writeFileSync(program, '#!/bin/sh\nprintf "%s\\n" "$LD_LIBRARY_PATH" "$@"\n');
  chmodSync(program, 0o755);
  const wrapper = join(folder, 'show');
  writeFileSync(wrapper, programWrapper(describeRoot(folder, triplet), '/usr/bin/show'), {
    mode: 0o755,
  });
  const run = (env: object) =>
    execFileSync(wrapper, ['a b', '$HOME', "it's"], { env: { PATH: '/usr/bin:/bin', ...env } })
      .toString()
      .split('\n');
  const own = ['usr/lib/T', 'lib/T', 'usr/lib/T/sound']
    .map((path) => `${folder}/${path.replace('T', triplet)}`)
    .join(':');
  expect(run({})).toEqual([own, 'a b', '$HOME', "it's", '']);
  expect(run({ LD_LIBRARY_PATH: '/mine' })[0]).toBe(`${own}:/mine`);
});

test('quoting keeps every character from the shell', () => {
  const text = `a'b"c$d\`e\\f g*h\ni`;
  expect(execFileSync('/bin/sh', ['-c', `printf %s ${quote(text)}`]).toString()).toBe(text);
});

test('a linker script keeps what the machine has and finds the rest in the unpacked root', () => {
  const script =
    '/* GNU ld script */\nOUTPUT_FORMAT(elf64-x86-64)\nGROUP ( /lib/x86_64-linux-gnu/libc.so.6 /usr/lib/x86_64-linux-gnu/libc_nonshared.a  AS_NEEDED ( /lib64/ld-linux-x86-64.so.2 ) )\n';
  const isThere = (path: string) => path === '/lib/x86_64-linux-gnu/libc.so.6';
  expect(relocateLinkerScript(script, '/unpacked', isThere)).toBe(
    script.replace(
      '/usr/lib/x86_64-linux-gnu/libc_nonshared.a',
      '"/unpacked/usr/lib/x86_64-linux-gnu/libc_nonshared.a"',
    ),
  );
});
