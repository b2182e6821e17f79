import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { identify } from '../processes/process-table.ts';

const processFile = 'processes.jsonl';
const atEndFile = 'at-end.sh';

const processEntry = z.object({
  pid: z.int().min(2),
  startTicks: z.int().min(0),
  name: z.string(),
  stopSignal: z.enum(Object.keys(constants.signals) as [NodeJS.Signals, ...NodeJS.Signals[]]),
});

export type RegisteredProcess = z.infer<typeof processEntry>;

/** Only names that pitwall gives: whatever else stands there is not pitwall's to delete. */
const networkLine = /^'[^']*\/ip' '(link|netns)' 'delete' '(pw[0-9a-f]{4}|pitwall-[0-9a-f]{4}-[a-z]+)'$/;

/** What namespaces leave in the kernel: the arguments with which `ip` removes it. */
export type NetworkPart = readonly [kind: string, 'delete', name: string];

export const registerProcess = (folder: string, pid: number, name: string, stopSignal: NodeJS.Signals): void =>
  append(join(folder, processFile), { ...identify(pid), name, stopSignal } satisfies RegisteredProcess);

/** The processes that were started from a run's folder, the last one first. */
export const registeredProcesses = (folder: string): readonly RegisteredProcess[] =>
  readEntries(join(folder, processFile), processEntry);

/** The parts of the network that an agent had to leave (see at-end.ts), the last one first. */
export const registeredNetwork = (folder: string): readonly NetworkPart[] =>
  readLines(join(folder, atEndFile)).flatMap((line): NetworkPart[] => {
    const [, kind, name] = networkLine.exec(line) ?? [];
    return kind === undefined || name === undefined ? [] : [[kind, 'delete', name]];
  });

const append = (file: string, entry: object): void =>
  appendFileSync(file, `${JSON.stringify(entry)}\n`, { mode: 0o600 });

/** A line that was torn when the machine or the process went down is left out. */
const readEntries = <T>(file: string, schema: z.ZodType<T>): readonly T[] =>
  readLines(file)
    .flatMap((line) => {
      const parsed = schema.safeParse(parseJson(line));
      return parsed.success ? [parsed.data] : [];
    })
    .reverse();

const readLines = (file: string): readonly string[] => (existsSync(file) ? readFileSync(file, 'utf8').split('\n') : []);

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
