import { PitwallError } from '../base/index.ts';
import { joinMessages } from './yaml-file.ts';

/** Gathers what is wrong, so that all of it is told at once. */
export const createMistakes = () => {
  const found: PitwallError[] = [];
  return {
    /** The same for work that takes time. */
    async wait<T>(work: () => Promise<T>): Promise<T | undefined> {
      try {
        return await work();
      } catch (error) {
        if (!(error instanceof PitwallError)) throw error;
        found.push(error);
        return undefined;
      }
    },
    /** Undefined where the work found a mistake. */
    note<T>(work: () => T): T | undefined {
      try {
        return work();
      } catch (error) {
        if (!(error instanceof PitwallError)) throw error;
        found.push(error);
        return undefined;
      }
    },
    throwIfAny(): void {
      const [first, ...others] = found;
      if (first === undefined) return;
      if (others.length === 0) throw first;
      throw new PitwallError(first.code, joinMessages(found.map(({ message }) => message)));
    },
  };
};

export type Mistakes = ReturnType<typeof createMistakes>;
