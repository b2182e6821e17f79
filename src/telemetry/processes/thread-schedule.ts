import { parseContextSwitches, parseSchedstat } from './parse.ts';
import type { ProcReader } from './proc-reader.ts';

/**
 * Sums a counter over all threads that a process tree ever had: the kernel keeps it only by thread, so the
 * last value of a thread that ended stays in the sum. A thread that starts and ends between two updates is
 * missed: the sum is a lower bound.
 */
export interface ThreadSum {
  /** Since the first update, in which threads that already ran got their base. */
  readonly queueNs: number | undefined;
  readonly contextSwitches: number | undefined;
  update(processes: readonly { readonly pid: number; readonly threads: number }[]): void;
}

/** `withSwitches`: read the context switches too, which costs a file more for each thread. */
export const createThreadSum = (reader: ProcReader, withSwitches: boolean): ThreadSum => {
  const queueNs = createLastValues();
  const switches = createLastValues();
  let isBase = true;
  let threadsSeen = 0;

  const readThread = (pid: number, tid: string): void => {
    const folder = `${pid}/task/${tid}`;
    const schedule = parseSchedstat(reader.readKept(`${folder}/schedstat`) ?? '');
    if (schedule === undefined) {
      reader.forget(`${folder}/`);
      return;
    }
    threadsSeen += 1;
    queueNs.set(folder, schedule.queueNs, isBase);
    if (!withSwitches) return;
    const count = parseContextSwitches(reader.read(`${folder}/status`) ?? '');
    if (count !== undefined) switches.set(folder, count, isBase);
  };
  return {
    get queueNs() {
      return threadsSeen > 0 ? queueNs.sum : undefined;
    },
    get contextSwitches() {
      return withSwitches && threadsSeen > 0 ? switches.sum : undefined;
    },
    update(processes) {
      for (const { pid, threads } of processes) {
        if (threads === 1) readThread(pid, String(pid));
        else for (const tid of reader.threadIds(pid)) readThread(pid, tid);
      }
      isBase = false;
    },
  };
};

/** The sum of the growth of values by key. */
const createLastValues = () => {
  const last = new Map<string, number>();
  let sum = 0;
  return {
    get sum() {
      return sum;
    },
    set(key: string, value: number, isBase: boolean): void {
      const before = last.get(key) ?? (isBase ? value : 0);
      // A smaller value is another thread under the same number.
      sum += value >= before ? value - before : value;
      last.set(key, value);
    },
  };
};
