/** A signal that a timer ends. */
export interface Deadline extends Disposable {
  readonly signal: AbortSignal;
}

/** The longest delay of a timer; a longer one would fire at once. */
export const longestTimerMs = 2 ** 31 - 1;

/**
 * A signal that is aborted with `signal`, or after `limitMs`, whichever comes first; dispose it when the work is done. The timer is
 * held until then: `AbortSignal.any([signal, AbortSignal.timeout(ms)])` loses its own with a garbage collection (Node 20), and then
 * never fires.
 * @param options `holdsProcess` false: the process may end before, where nothing else keeps it.
 */
export const startDeadline = (limitMs: number, signal?: AbortSignal, { holdsProcess = true } = {}): Deadline => {
  const controller = new AbortController();
  const onAbort = () => controller.abort(signal?.reason);
  const timer = setTimeout(
    () => controller.abort(new Error(`no answer within ${limitMs / 1_000} s`)),
    Math.min(limitMs, longestTimerMs),
  );
  if (!holdsProcess) timer.unref();
  if (signal?.aborted) onAbort();
  signal?.addEventListener('abort', onAbort, { once: true });
  return {
    signal: controller.signal,
    [Symbol.dispose]() {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
    },
  };
};

/** Does something under a deadline of its own. In loops it is this, not `using`: Vitest's compiler keeps an error from one turn to the next. */
export const withDeadline = async <T>(
  limitMs: number,
  signal: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> => {
  using deadline = startDeadline(limitMs, signal);
  return await work(deadline.signal);
};

/** What `work` gives, unless the signal is aborted first: then it rejects with the reason, and what becomes of the work is ignored. */
export const unlessAborted = async <T>(work: Promise<T>, signal: AbortSignal): Promise<T> => {
  work.catch(() => {});
  signal.throwIfAborted();
  let onAbort = () => {};
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
};
