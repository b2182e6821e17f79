import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PitwallError } from '../../base/index.ts';
import type { FoundApp } from './find-app.ts';
import { formatAppPlan } from './plan-text.ts';

export const appPlanFile = 'pitwall.yaml';

export interface WrittenPlan {
  readonly path: string;
  /** What could not be found out, and the line to write it in: the plan is refused until it stands there. */
  readonly missing: readonly { readonly what: string; readonly line: number }[];
}

/**
 * Writes the plan of an app beside it.
 * @throws PitwallError `usage.invalid` where one is there already.
 */
export const writeAppPlan = (app: FoundApp, folder: string): WrittenPlan => {
  const path = join(folder, appPlanFile);
  const text = formatAppPlan(app);
  try {
    writeFileSync(path, text, { flag: 'wx' });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause;
    throw new PitwallError(
      'usage.invalid',
      `${path} is there already; nothing was written. Race it with \`pitwall race\`, or remove it first.`,
      { cause },
    );
  }
  const missing = text.split('\n').flatMap((line, index) => {
    const [, what] = /# WRITE HERE: (.*)$/.exec(line) ?? [];
    return what === undefined ? [] : [{ what, line: index + 1 }];
  });
  return { path, missing };
};
