import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** Processes that belong to a pitwall run below this TMPDIR: by their marker, arguments or working folder. */
export const processesBelow = (tmp: string): readonly number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => pid !== process.pid && mentions(pid, tmp));

const mentions = (pid: number, tmp: string): boolean => {
  const run = `${tmp}/pitwall-`;
  return (
    tryRead(() => readlinkSync(`/proc/${pid}/cwd`)).startsWith(run) ||
    tryRead(() => readFileSync(`/proc/${pid}/environ`, 'latin1')).includes(`PITWALL_RUN=${run}`) ||
    tryRead(() => readFileSync(`/proc/${pid}/cmdline`, 'latin1')).includes(run)
  );
};

/** TCP ports on which these processes listen. */
export const portsOf = (pids: readonly number[]): readonly number[] => {
  const inodes = new Set(
    pids.flatMap((pid) =>
      tryList(`/proc/${pid}/fd`).map(
        (fd) => /^socket:\[(\d+)\]$/.exec(tryRead(() => readlinkSync(`/proc/${pid}/fd/${fd}`)))?.[1],
      ),
    ),
  );
  return listening()
    .filter(({ inode }) => inodes.has(inode))
    .map(({ port }) => port);
};

/** All listening TCP ports of this machine (man 5 proc: /proc/net/tcp, state 0A). */
export const listeningPorts = (): ReadonlySet<number> => new Set(listening().map(({ port }) => port));

const listening = (): readonly { port: number; inode: string }[] =>
  ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((file) =>
    tryRead(() => readFileSync(file, 'utf8'))
      .split('\n')
      .slice(1)
      .map((line) => line.trim().split(/\s+/))
      .filter((fields) => fields[3] === '0A')
      .map((fields) => ({ port: Number.parseInt(fields[1]!.split(':')[1]!, 16), inode: fields[9]! })),
  );

const tryRead = (read: () => string): string => {
  try {
    return read();
  } catch {
    return '';
  }
};

const tryList = (folder: string): readonly string[] => {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
};

/** The processes below this TMPDIR whose command line (or process title) matches. */
export const processesNamed = (tmp: string, pattern: RegExp): readonly number[] =>
  processesBelow(tmp).filter((pid) =>
    pattern.test(tryRead(() => readFileSync(`/proc/${pid}/cmdline`, 'latin1')).replaceAll('\0', ' ')),
  );

/** Whether a process with these words in its command line runs, wherever it was started. */
export const isRunning = (words: string): boolean =>
  readdirSync('/proc').some(
    (pid) =>
      /^\d+$/.test(pid) &&
      tryRead(() => readFileSync(`/proc/${pid}/cmdline`, 'latin1'))
        .replaceAll('\0', ' ')
        .includes(words),
  );
