import { createHash, randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestHost, type TestHost } from '../support/host.ts';

let held: TestHost;
beforeAll(async () => {
  held = await startTestHost();
});
afterAll(async () => {
  await held[Symbol.asyncDispose]();
});

const isRoot = process.getuid?.() === 0;
const mebi = 2 ** 20;

const collect = async (stream: Readable): Promise<string> => {
  let text = '';
  for await (const chunk of stream) text += chunk;
  return text;
};

test('a file is written whole, with its mode, and read back', async () => {
  const { files, folder } = held.host;
  const path = join(folder, 'deep', 'below', 'ünï+%&= 1');
  await files.write(path, 'first', { mode: 0o600 });
  await files.write(path, Buffer.from('second'), { mode: 0o640 });
  expect(statSync(path).mode & 0o777).toBe(0o640);
  expect(await collect(await files.read(path))).toBe('second');
  await files.write(path, '');
  expect(await collect(await files.read(path))).toBe('');
  expect(await files.list(join(folder, 'deep', 'below'))).toEqual(['ünï+%&= 1']);
});

test('a body that breaks off leaves no file, and the file of before as it was', async () => {
  const { files, folder } = held.host;
  const path = join(folder, 'broken', 'file');
  await files.write(path, 'whole');
  const breaking = Readable.from(
    (function* () {
      yield Buffer.alloc(1000);
      throw new Error('the source broke');
    })(),
  );
  await expect(files.write(path, breaking)).rejects.toThrow('the source broke');
  const stop = new AbortController();
  const endless = new Readable({ read() {} });
  endless.push('begun');
  const writing = files.write(path, endless, { signal: stop.signal });
  setTimeout(() => stop.abort(new Error('enough')), 100);
  await expect(writing).rejects.toThrow('enough');
  await expect.poll(() => readdirSync(join(folder, 'broken'))).toEqual(['file']);
  expect(readFileSync(path, 'utf8')).toBe('whole');
});

test('what cannot be read, written or removed is said by name', async () => {
  const { files, folder } = held.host;
  for (const refused of [
    () => files.read(join(folder, 'none')),
    () => files.read('/dev/zero'),
    () => files.read(folder),
    () => files.write('/proc/none/file', 'x'),
    () => files.list(join(folder, 'none')),
    () => files.remove('/etc/hostname'),
    () => files.remove(folder),
    () => files.remove(join(folder, '..', 'other')),
  ]) {
    await expect(refused()).rejects.toMatchObject({ code: 'host.refused', message: expect.stringContaining('/') });
  }
  expect(existsSync('/etc/hostname')).toBe(true);
  for (const path of ['relative', '', 'nul\0']) {
    await expect(files.read(path)).rejects.toMatchObject({ code: 'host.protocol' });
  }
});

test('a private folder is entered by its owner alone', async () => {
  const { files, folder } = held.host;
  const path = await files.makeFolder('secret', isRoot ? { owner: { uid: 65_534, gid: 65_534 } } : {});
  expect(path.startsWith(join(folder, 'secret-'))).toBe(true);
  expect(statSync(path).mode & 0o777).toBe(0o700);
  if (isRoot) expect(statSync(path).uid).toBe(65_534);
  await files.remove(path);
  expect(existsSync(path)).toBe(false);
});

test('a folder is copied once for each content', async () => {
  const { files } = held.host;
  const source = join(held.tmp, 'source');
  const keptIn = join(held.tmp, 'kept');
  mkdirSync(join(source, 'sub'), { recursive: true });
  writeFileSync(join(source, 'run.sh'), '#!/bin/sh\n');
  chmodSync(join(source, 'run.sh'), 0o755);
  writeFileSync(join(source, 'sub', 'data'), randomBytes(3 * mebi));
  writeFileSync(join(source, 'left out'), 'x');
  const names = ['sub/data', 'run.sh'];
  const path = await files.putFolder(source, names, keptIn);
  expect(readFileSync(join(path, 'sub', 'data')).equals(readFileSync(join(source, 'sub', 'data')))).toBe(true);
  expect(statSync(join(path, 'run.sh')).mode & 0o777).toBe(0o755);
  expect(readdirSync(path).sort()).toEqual(['run.sh', 'sub']);
  const { ino } = statSync(path);
  expect(await files.putFolder(source, [...names].reverse(), keptIn)).toBe(path);
  expect(statSync(path).ino).toBe(ino);
  chmodSync(join(source, 'run.sh'), 0o644);
  expect(await files.putFolder(source, names, keptIn)).not.toBe(path);
  const twice = await Promise.all([1, 2, 3].map(() => files.putFolder(source, ['left out'], keptIn)));
  expect(new Set(twice).size).toBe(1);
});

test('a hundred megabytes go each way, and neither side holds more than a little of them', async () => {
  const { files, folder, pid } = held.host;
  const block = randomBytes(mebi);
  const hash = createHash('sha256');
  const blocks = 100;
  let peakBytes = 0;
  const rssOf = (of: number): number => {
    const own = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${of}/status`, 'utf8'))?.[1];
    return Number(own) * 1024;
  };
  const start = process.memoryUsage().rss + rssOf(pid);
  const look = () => {
    peakBytes = Math.max(peakBytes, process.memoryUsage().rss + rssOf(pid) - start);
  };
  const path = join(folder, 'big');
  const source = Readable.from(
    (function* () {
      for (let index = 0; index < blocks; index += 1) {
        look();
        hash.update(block);
        yield block;
      }
    })(),
  );
  await files.write(path, source);
  const back = createHash('sha256');
  for await (const chunk of await files.read(path)) {
    look();
    back.update(chunk as Buffer);
  }
  expect(back.digest('hex')).toBe(hash.digest('hex'));
  // Garbage that has not been collected yet included, in both processes together.
  expect(peakBytes).toBeLessThan(100 * mebi);
});

test('a reader that stops reading holds the sender back, and others go on beside it', async () => {
  const { files, folder, pid } = held.host;
  const path = join(folder, 'slow');
  await files.write(path, Buffer.alloc(64 * mebi));
  const slow = await Promise.all(Array.from({ length: 20 }, () => files.read(path)));
  const rssMiB = Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
  expect(rssMiB).toBeLessThan(400);
  expect(await held.host.capture(['echo', 'still there'])).toBe('still there\n');
  for (const stream of slow) stream.destroy();
  expect(await held.host.capture(['echo', 'and now'])).toBe('and now\n');
});
