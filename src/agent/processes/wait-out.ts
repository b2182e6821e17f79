import { type Clock, sleepMs } from '../../base/index.ts';

/** Something that is done in steps, with so many milliseconds to wait after each. */
export type Steps<T> = Generator<number, T>;

/** Does all steps, and waits between them. */
export const waitOut = async <T>(steps: Steps<T>, clock: Clock): Promise<T> => {
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
    await sleepMs(clock, value);
  }
};

/** The same where nothing asynchronous can happen any more: in the last moments of a process. */
export const waitNow = <T>(steps: Steps<T>): T => {
  const nobody = new Int32Array(new SharedArrayBuffer(4));
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
    Atomics.wait(nobody, 0, 0, value);
  }
};
