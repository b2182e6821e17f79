import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { ClientHttp2Stream } from 'node:http2';
import { join } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { digestFiles } from '../agent/index.ts';
import { PitwallError } from '../base/index.ts';
import type { Connection } from './connection.ts';
import type { FileOptions, HostFiles } from './host.ts';

/** Enough to fill a link; more would only hold more files open. */
const filesAtOnce = 8;

export const createRemoteFiles = (connection: Connection): HostFiles => {
  const makeFolder: HostFiles['makeFolder'] = async (name, { mode = 0o700, owner } = {}) => {
    const request = { name, mode, ...(owner === undefined ? {} : { owner }) };
    return (await connection.call('make-folder', request)).path;
  };
  const write: HostFiles['write'] = async (path, content, { mode, owner, signal }: FileOptions = {}) => {
    signal?.throwIfAborted();
    const { stream, accepted } = connection.open('PUT', '/file', {
      path,
      ...(mode === undefined ? {} : { mode: String(mode) }),
      ...(owner === undefined ? {} : { uid: String(owner.uid), gid: String(owner.gid) }),
    });
    const source = content instanceof Readable ? content : Readable.from([Buffer.from(content)]);
    try {
      await pipeline(source, stream, signal === undefined ? {} : { signal });
    } catch (error) {
      signal?.throwIfAborted();
      // What the agent said matters more than that it stopped reading; a source that broke by itself is told as it is.
      if (!source.errored || stream.rstCode !== 0) await accepted;
      throw error;
    }
    await accepted;
  };
  return {
    makeFolder,
    write,
    async read(path) {
      const { stream, accepted } = connection.open('GET', '/file', { path });
      stream.end();
      const { 'content-length': length } = await accepted;
      return mergeWhole(stream, Number(length));
    },
    list: async (path) => (await connection.call('list', { path })).names,
    async remove(path) {
      await connection.call('remove', { path });
    },
    async putFolder(folder, files, keptIn) {
      const digest = await digestFiles(folder, files);
      const { path: kept } = await connection.call('find-folder', { keptIn, digest });
      if (kept !== null) return kept;
      const draft = await makeFolder('folder', { mode: 0o755 });
      const left = [...files];
      const copyOnes = async (): Promise<void> => {
        for (let file = left.pop(); file !== undefined; file = left.pop()) {
          const from = join(folder, file);
          const { mode } = await stat(from);
          await write(join(draft, file), createReadStream(from), { mode: mode & 0o777 });
        }
      };
      await Promise.all(Array.from({ length: filesAtOnce }, copyOnes));
      return (await connection.call('keep-folder', { draft, keptIn, digest })).path;
    },
    readKernelFiles: (paths) => connection.call('read-kernel-files', { paths }),
  };
};

/** A body that breaks off is an error, not a shorter file: HTTP/2's end of a stream alone does not tell them apart. */
const mergeWhole = (stream: ClientHttp2Stream, length: number): Readable => {
  let bytes = 0;
  const whole = new Transform({
    transform(chunk: Buffer, _, done) {
      bytes += chunk.length;
      done(null, chunk);
    },
    flush(done) {
      done(
        bytes === length ? null : new PitwallError('host.lost', `A file broke off after ${bytes} of ${length} bytes.`),
      );
    },
  });
  const broken = (cause: unknown): void =>
    void whole.destroy(new PitwallError('host.lost', `A file broke off after ${bytes} of ${length} bytes.`, { cause }));
  stream.once('error', broken);
  // Both are told of whatever ends the other; the reader hears of it as an error of what it reads.
  pipeline(stream, whole).catch(() => {});
  return whole;
};
