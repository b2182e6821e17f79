/** Totals of one `/proc/pressure` file: time in which some, or all, tasks waited for the resource. */
export interface PressureTotals {
  readonly someSeconds: number;
  /** Absent for the CPU on kernels that don't count it. */
  readonly fullSeconds?: number;
}

/** Pressure stall information (Documentation/accounting/psi.rst); totals there are microseconds. */
export const parsePressure = (text: string): PressureTotals | undefined => {
  const total = (kind: string): number | undefined => {
    const match = new RegExp(`^${kind} .*total=(\\d+)`, 'm').exec(text);
    return match ? Number(match[1]) / 1e6 : undefined;
  };
  const someSeconds = total('some');
  const fullSeconds = total('full');
  return someSeconds === undefined ? undefined : { someSeconds, ...(fullSeconds === undefined ? {} : { fullSeconds }) };
};

/** CPU time of the whole machine since boot, in clock ticks, from the first line of `/proc/stat`. */
export interface MachineTicks {
  readonly user: number;
  readonly system: number;
  readonly idle: number;
  readonly ioWait: number;
  /** Time that a hypervisor gave to others. */
  readonly steal: number;
}

export const parseMachineTicks = (text: string): MachineTicks | undefined => {
  const match = /^cpu +(.*)/m.exec(text);
  const [user, nice, system, idle, ioWait, irq, softIrq, steal] = (match?.[1] ?? '').split(' ').map(Number);
  if (softIrq === undefined) return undefined;
  return {
    user: user! + nice!,
    system: system! + irq! + softIrq,
    idle: idle!,
    ioWait: ioWait!,
    steal: steal ?? 0,
  };
};

/** Reads `/proc/loadavg`: the mean over the last minute, and the tasks that can run right now. */
export const parseLoadAverage = (text: string): { readonly minute: number; readonly runnable: number } | undefined => {
  const match = /^([\d.]+) [\d.]+ [\d.]+ (\d+)\//.exec(text);
  return match ? { minute: Number(match[1]), runnable: Number(match[2]) } : undefined;
};
