import { Worker } from 'node:worker_threads';

/**
 * Starts a module of this folder as a thread. Run from the TypeScript sources (tests do), the thread needs a loader for them.
 * @param name Of the module, without its extension.
 */
export const startThread = (name: string, workerData: unknown): Worker => {
  const isSource = import.meta.url.endsWith('.ts');
  return new Worker(new URL(`./${name}${isSource ? '.ts' : '.js'}`, import.meta.url), {
    workerData,
    ...(isSource && { execArgv: ['--import', 'jiti/register'] }),
  });
};
