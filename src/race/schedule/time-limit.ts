import { type Clock, sleepMs } from '../../base/index.ts';

/** What `work` gives, or after `limitMs` what `late` gives (or throws). Whatever becomes of the work then is ignored. */
export const withTimeLimit = async <T>(
  work: Promise<T>,
  { clock, limitMs }: { readonly clock: Clock; readonly limitMs: number },
  late: () => T,
): Promise<T> => {
  const over = new AbortController();
  work.catch(() => {});
  try {
    return await Promise.race([work, sleepMs(clock, limitMs, over.signal).then(late)]);
  } finally {
    over.abort();
  }
};
