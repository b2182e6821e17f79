import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { debuglog } from 'node:util';
import { z } from 'zod';
import { describeThrown } from '../base/index.ts';
import type { PartName } from './parts.ts';
import type { ToolsFolder } from './tools-folder.ts';

const debug = debuglog('pitwall:setup');

/** A start within this time does not try again what has just failed: without a network that takes a minute each time. */
const rememberedMs = 3_600_000;

const schema = z.record(z.string(), z.object({ atUnixMs: z.number(), reason: z.string() }));

/** What could not be had lately, and why. A file that holds anything else counts as empty. */
export interface PastFailures {
  reasonFor(name: PartName): string | undefined;
  /** Forgets a part without a reason. */
  remember(name: PartName, reason: string | undefined): void;
}

export const readPastFailures = ({ path }: ToolsFolder, nowUnixMs: number): PastFailures => {
  const file = join(path, 'failures.json');
  const failures = read(file);
  return {
    reasonFor: (name) => {
      const failure = failures.get(name);
      if (failure === undefined || nowUnixMs - failure.atUnixMs > rememberedMs) return undefined;
      return failure.reason;
    },
    remember: (name, reason) => {
      if (reason === undefined) failures.delete(name);
      else failures.set(name, { atUnixMs: nowUnixMs, reason });
      write(file, JSON.stringify(Object.fromEntries(failures)));
    },
  };
};

const read = (file: string): Map<string, { readonly atUnixMs: number; readonly reason: string }> => {
  try {
    return new Map(Object.entries(schema.parse(JSON.parse(readFileSync(file, 'utf8')))));
  } catch {
    return new Map();
  }
};

/** Without it the next start tries again, which is no reason to end this one. */
const write = (file: string, text: string): void => {
  try {
    writeFileSync(file, text);
  } catch (error) {
    debug('%s cannot be written: %s', file, describeThrown(error));
  }
};
