import { writeSync } from 'node:fs';
import { createJiti } from 'jiti';
import { z } from 'zod';
import { describeThrown, PitwallError, startDeadline, unlessAborted } from '../../base/index.ts';
import { shorten } from '../yaml-file.ts';
import type { GenerateWorkload, WorkloadData } from './workload.ts';

/** Long enough for the data of any workload; a module that waits for something else is stuck. */
const limitMs = 600_000;
/** A syntax error quotes the line that it is in. */
const longestReason = 1_000;

type AnyFunction = (...given: never[]) => unknown;
const aFunction = z.custom<AnyFunction>((value) => typeof value === 'function', 'must be a function');

const request = z.looseObject({
  method: z.string().regex(/^[A-Z]+$/, 'must be a method such as GET'),
  path: z.string().startsWith('/'),
  headers: z.record(z.string(), z.string()),
  body: z.string().optional(),
  weight: z.number().positive().optional(),
});

/** Rows and answers are the workload's own; of them only so much is looked at as says that they are there. */
const shape = z.looseObject({
  tables: z.array(
    z.looseObject({ table: z.string().min(1), rows: z.custom<unknown[]>(Array.isArray, 'must be a list of rows') }),
  ),
  requests: z.array(request).min(1, 'must have a request').max(65_536),
  probes: z.array(z.looseObject({ name: z.string(), request, times: z.int().min(1).optional(), check: aFunction })),
  checkAnswer: aFunction,
});

/**
 * Runs a workload's module, as pitwall's own code: it may do what it likes, but what it does wrong is said of it.
 * @throws PitwallError `workload.invalid`.
 */
export const generateWorkload = async (
  moduleFile: string,
  where: string,
  options: Parameters<GenerateWorkload>[0],
): Promise<WorkloadData> => {
  using limit = startDeadline(limitMs, undefined, { holdsProcess: false });
  using _ = sayIfItExits(moduleFile);
  try {
    const data = await unlessAborted(load(moduleFile, options), limit.signal);
    const parsed = shape.safeParse(data);
    if (parsed.success) return data as WorkloadData;
    const issue = parsed.error.issues[0]!;
    const place = issue.path.length === 0 ? 'what its default export gives' : issue.path.join('.');
    throw new TypeError(`${place}: ${issue.message}`);
  } catch (cause) {
    const reason = shorten(describeThrown(cause), longestReason);
    throw new PitwallError('workload.invalid', `${where}: module ${moduleFile}: ${reason}`, { cause });
  }
};

const load = async (moduleFile: string, options: Parameters<GenerateWorkload>[0]): Promise<unknown> => {
  // jiti runs TypeScript on every Node that pitwall supports: a workload needs no build step. Its cache
  // would stay behind in the temporary folder.
  const generate: unknown = await createJiti(import.meta.url, { fsCache: false }).import(moduleFile, { default: true });
  if (typeof generate !== 'function') throw new TypeError('its default export is not a function');
  return (await (generate as GenerateWorkload)(options)) as unknown;
};

/** A module that ends the process, or waits for what never comes, would do so in silence. */
const sayIfItExits = (moduleFile: string): Disposable => {
  const say = (what: string): void => {
    const { hint, code } = new PitwallError('workload.invalid', what);
    writeSync(2, `pitwall: ${moduleFile} ${what}.\n  next: ${hint} [${code}]\n`);
  };
  const onExit = (code: number): void => {
    say(`ended the program with code ${code}`);
    process.exitCode = exitCode;
  };
  // Nothing is left to wait for, and the module has not come to its end.
  const onDrained = (): void => {
    process.off('exit', onExit);
    say('never comes to an end');
    process.exit(exitCode);
  };
  process.once('exit', onExit);
  process.once('beforeExit', onDrained);
  return {
    [Symbol.dispose]() {
      process.off('exit', onExit);
      process.off('beforeExit', onDrained);
    },
  };
};

/** The exit code for a plan that is wrong. */
const exitCode = 2;
