import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Bytes that pass between two collections. */
const everyBytes = 8 * 1024 * 1024;

/**
 * Keeps the memory of forwarded chunks small. They live outside of V8's heap, which lets 64 MiB of them pile up
 * before it looks: a young collection every 8 MiB (below a millisecond) holds a tap of gigabytes near its size at
 * rest. Call the result with the bytes that passed.
 */
export const createCollector = (): ((bytes: number) => void) => {
  const collect = findForceGc();
  let passedBytes = 0;
  return (bytes) => {
    passedBytes += bytes;
    if (passedBytes < everyBytes) return;
    passedBytes = 0;
    collect?.({ type: 'minor' });
  };
};

type Collect = (options: { readonly type: 'minor' }) => void;

const findForceGc = (): Collect | undefined => {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('typeof gc === "function" ? gc : undefined');
  return typeof collect === 'function' ? (collect as Collect) : undefined;
};
