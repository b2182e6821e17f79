import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describeThrown, PitwallError } from '../../base/index.ts';
import { readRegularFile } from '../../files/index.ts';
import type { ProcessUser } from '../../hosts/index.ts';
import { type Candidate, findUnknownPlaceholder } from '../../plan/index.ts';
import { giveTo } from '../host/ownership.ts';

const mostTemplateBytes = 2 ** 20;

export interface AppFilesOptions {
  /** The cached copy, which the files are written into. */
  readonly folder: string;
  readonly user: ProcessUser | undefined;
  fill(text: string): string;
}

/**
 * Writes the files of `files` into the copy that a server runs in, with their placeholders filled in. They hold a password: only the server's
 * user may read them.
 * @throws PitwallError `candidate.invalid` for a template that cannot be read or has an unknown placeholder, with its line.
 */
export const writeAppFiles = async (
  { name, files }: Candidate,
  { folder, user, fill }: AppFilesOptions,
): Promise<void> => {
  for (const [target, template] of Object.entries(files)) {
    const path = join(folder, target);
    try {
      const text = readRegularFile(join(folder, template), mostTemplateBytes).toString('utf8');
      for (const [index, line] of text.split('\n').entries()) {
        const unknown = findUnknownPlaceholder(line);
        if (unknown !== undefined) throw new Error(`${template}:${index + 1}: ${unknown}`);
      }
      mkdirSync(dirname(path), { recursive: true });
      // A link of that name would be written through.
      rmSync(path, { force: true });
      writeFileSync(path, fill(text), { mode: 0o600 });
    } catch (cause) {
      throw new PitwallError('candidate.invalid', `${name}: files: ${target}: ${describeThrown(cause)}`, { cause });
    }
    await giveTo(user, path);
  }
};
