import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { repository } from './race-folder.ts';

export interface RunningPitwall {
  readonly child: ChildProcess;
  /** What it printed so far. */
  readonly output: { stdout: string; stderr: string };
  /** Exit code, or 128 + signal number as a shell would say it. */
  readonly exited: Promise<number>;
  /** Resolves when standard error holds the text; rejects when the process ends before. */
  saw(text: string | RegExp): Promise<void>;
}

/** Starts the built program, as a user would. */
export const startPitwall = (
  args: readonly string[],
  { env = {}, cwd = repository }: { env?: Readonly<Record<string, string>>; cwd?: string } = {},
): RunningPitwall => {
  const child = spawn(process.execPath, [join(repository, 'dist', 'cli', 'main.js'), ...args], {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { stdout: '', stderr: '' };
  const watchers = new Set<() => void>();
  child.stdout.on('data', (chunk: Buffer) => {
    output.stdout += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    output.stderr += chunk.toString();
    for (const watch of watchers) watch();
  });
  const exited = new Promise<number>((resolve) =>
    child.once('close', (code, signal) => resolve(code ?? (signal === 'SIGKILL' ? 137 : 128))),
  );
  const saw = (text: string | RegExp) =>
    new Promise<void>((resolve, reject) => {
      const watch = () => {
        if (typeof text === 'string' ? !output.stderr.includes(text) : !text.test(output.stderr)) return;
        watchers.delete(watch);
        resolve();
      };
      watchers.add(watch);
      watch();
      void exited.then((code) => reject(new Error(`ended with ${code} before "${text}":\n${output.stderr}`)));
    });
  return { child, output, exited, saw };
};

/** Runs the built program to its end. */
export const runPitwall = async (
  args: readonly string[],
  options?: Parameters<typeof startPitwall>[1],
): Promise<{ code: number; stdout: string; stderr: string }> => {
  const running = startPitwall(args, options);
  const code = await running.exited;
  return { code, ...running.output };
};
