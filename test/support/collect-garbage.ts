import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Collects garbage again and again while the work goes on. */
export const whileCollecting = async <T>(work: Promise<T>): Promise<T> => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const timer = setInterval(collect, 20);
  try {
    return await work;
  } finally {
    clearInterval(timer);
  }
};
