/** What `/proc/PID/stat` says about a process: the thread group as a whole, not its main thread. */
export interface ProcessStat {
  readonly pid: number;
  readonly name: string;
  /** `R`, `S`, `Z`... as in proc(5). */
  readonly state: string;
  readonly parentPid: number;
  readonly groupId: number;
  readonly sessionId: number;
  /** User and system time of all its threads, ended ones included. */
  readonly ownTicks: number;
  /** User and system time of the children that it has waited for, and of theirs. */
  readonly reapedTicks: number;
  readonly threads: number;
  /** Since boot: with the pid it identifies a process. */
  readonly startTicks: number;
  readonly virtualBytes: number;
  readonly residentPages: number;
}

/** Parses `/proc/PID/stat` (proc(5)); undefined when the text is not one. */
export const parseStat = (text: string): ProcessStat | undefined => {
  // The name is in parentheses and may itself hold spaces and parentheses: the last one ends it.
  const open = text.indexOf('(');
  const close = text.lastIndexOf(')');
  if (open < 0 || close < open) return undefined;
  const fields = text.slice(close + 2).split(' ');
  if (fields.length < 22) return undefined;
  /** By the numbers of proc(5), where the state is field 3. */
  const field = (number: number): number => Number(fields[number - 3]);
  return {
    pid: Number(text.slice(0, open)),
    name: text.slice(open + 1, close),
    state: fields[0]!,
    parentPid: field(4),
    groupId: field(5),
    sessionId: field(6),
    ownTicks: field(14) + field(15),
    reapedTicks: field(16) + field(17),
    threads: field(20),
    startTicks: field(22),
    virtualBytes: field(23),
    residentPages: field(24),
  };
};

/** Nanoseconds that a thread has run and has waited on a run queue, from `schedstat`. */
export interface ThreadSchedule {
  readonly runNs: number;
  readonly queueNs: number;
}

export const parseSchedstat = (text: string): ThreadSchedule | undefined => {
  const match = /^(\d+) (\d+) \d+/.exec(text);
  return match ? { runNs: Number(match[1]), queueNs: Number(match[2]) } : undefined;
};

/** Proportional set size in bytes from `smaps_rollup`: a page shared by n processes counts 1/n. */
export const parsePssBytes = (text: string): number | undefined => {
  const match = /^Pss:\s+(\d+) kB/m.exec(text);
  return match ? Number(match[1]) * 1024 : undefined;
};

/** Totals since the process began, from `/proc/PID/io`: system calls and bytes that reached a device. */
export interface IoCounts {
  readonly readCount: number;
  readonly writeCount: number;
  readonly readBytes: number;
  readonly writeBytes: number;
}

export const parseIo = (text: string): IoCounts | undefined => {
  const value = (key: string): number => Number(new RegExp(`^${key}: (\\d+)`, 'm').exec(text)?.[1] ?? Number.NaN);
  const counts = {
    readCount: value('syscr'),
    writeCount: value('syscw'),
    readBytes: value('read_bytes'),
    writeBytes: value('write_bytes'),
  };
  return Object.values(counts).some(Number.isNaN) ? undefined : counts;
};

/** Voluntary and involuntary context switches of one thread, from its `status`. */
export const parseContextSwitches = (text: string): number | undefined => {
  const voluntary = /^voluntary_ctxt_switches:\s+(\d+)/m.exec(text);
  const involuntary = /^nonvoluntary_ctxt_switches:\s+(\d+)/m.exec(text);
  return voluntary && involuntary ? Number(voluntary[1]) + Number(involuntary[1]) : undefined;
};

/** Page size and clock ticks a second of the machine, from a process's `auxv` (getauxval(3)). */
export const parseAuxv = (bytes: Buffer): { readonly pageBytes: number; readonly ticksPerSecond: number } => {
  const pageSizeKey = 6n;
  const clockTickKey = 17n;
  let pageBytes = 4096;
  let ticksPerSecond = 100;
  for (let at = 0; at + 16 <= bytes.length; at += 16) {
    const key = bytes.readBigUInt64LE(at);
    const value = Number(bytes.readBigUInt64LE(at + 8));
    if (key === pageSizeKey) pageBytes = value;
    else if (key === clockTickKey) ticksPerSecond = value;
  }
  return { pageBytes, ticksPerSecond };
};
