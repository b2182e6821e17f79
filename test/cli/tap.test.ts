import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createCertificateAuthority } from '../../src/components/index.ts';
import { runPitwall } from '../support/run-pitwall.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tap-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const tap = (...flags: readonly string[]) =>
  runPitwall(['tap', '--upstream', '127.0.0.1:1', '--duration', '100ms', ...flags]);

test('a tap does not start with the path of a socket that the kernel would cut', async () => {
  const { code, stderr } = await tap('--listen', join(folder, 'x'.repeat(108)));
  expect(stderr).toMatch(/The path of a socket has at most 107 bytes/);
  expect(code).toBe(2);
});

test('a tap does not start with a key that is none, or of another certificate', async () => {
  const authority = await createCertificateAuthority();
  const [one, other] = [await authority.issue(['localhost']), await authority.issue(['localhost'])];
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  writeFileSync(cert, one.cert);
  for (const text of ['no key', other.key]) {
    writeFileSync(key, text);
    const { code, stderr } = await tap('--listen', '0', '--tls', 'terminate', '--tls-key', key, '--tls-cert', cert);
    expect(stderr).toMatch(/key\.pem and .*cert\.pem are no key and its certificate/);
    expect(code).toBe(2);
  }
});
