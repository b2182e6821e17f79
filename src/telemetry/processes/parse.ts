/** Nanoseconds that a thread has run and has waited on a run queue, from `schedstat`. */
export interface ThreadSchedule {
  readonly runNs: number;
  readonly queueNs: number;
}

export const parseSchedstat = (text: string): ThreadSchedule | undefined => {
  const match = /^(\d+) (\d+) \d+/.exec(text);
  return match ? { runNs: Number(match[1]), queueNs: Number(match[2]) } : undefined;
};

/** Resident and proportional set size in bytes from `smaps_rollup`: a page shared by n processes counts 1/n in the latter. */
export const parseProportion = (
  text: string,
): { readonly residentBytes: number; readonly proportionalBytes: number } | undefined => {
  const resident = /^Rss:\s+(\d+) kB/m.exec(text);
  const proportional = /^Pss:\s+(\d+) kB/m.exec(text);
  return resident && proportional
    ? { residentBytes: Number(resident[1]) * 1024, proportionalBytes: Number(proportional[1]) * 1024 }
    : undefined;
};

/** Resident pages from `statm`. */
export const parseResidentPages = (text: string): number | undefined => {
  const match = /^\d+ (\d+) /.exec(text);
  return match ? Number(match[1]) : undefined;
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
