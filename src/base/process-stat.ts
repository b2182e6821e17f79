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
  /** Since boot: with the pid it identifies a process, for the kernel uses the number again. */
  readonly startTicks: number;
  readonly virtualBytes: number;
  readonly residentPages: number;
}

/** Parses `/proc/PID/stat` (proc(5)); undefined when the text is not one. */
export const parseProcessStat = (text: string): ProcessStat | undefined => {
  // The name is in parentheses and may itself hold spaces and parentheses: the last one ends it.
  const open = text.indexOf('(');
  const close = text.lastIndexOf(')');
  if (open < 0 || close < open) return undefined;
  const fields = text.slice(close + 2).split(' ');
  if (fields.length < 22) return undefined;
  /** By the numbers of proc(5), where the state is field 3. */
  const field = (number: number): number => Number(fields[number - 3]);
  const stat = {
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
  return [stat.pid, stat.parentPid, stat.groupId, stat.startTicks].every(Number.isInteger) ? stat : undefined;
};
