import { Worker } from 'node:worker_threads';

/**
 * Starts a module as a thread. Run from the TypeScript sources (tests do), the thread needs a loader for them.
 * @param name The module's path without its extension, beside the module at the URL `caller`.
 */
export const startThread = (name: `./${string}`, caller: string, workerData: unknown): Worker => {
  const isSource = caller.endsWith('.ts');
  return new Worker(new URL(`${name}${isSource ? '.ts' : '.js'}`, caller), {
    workerData,
    ...(isSource && { execArgv: ['--import', 'jiti/register'] }),
  });
};
