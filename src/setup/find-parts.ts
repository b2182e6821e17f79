import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import type { CommandHost, Host } from '../hosts/index.ts';
import { type Part, type PartName, parts } from './parts.ts';
import type { ToolsFolder } from './tools-folder.ts';

export type SetupHost = Pick<Host, 'which' | 'capture' | 'run'>;

/** Where to look. */
export interface LookOptions {
  readonly host: CommandHost;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What set-up unpacked earlier, if anything. */
  readonly tools?: ToolsFolder;
}

/** Those of the named parts that are not there. */
export const findMissing = async (names: readonly PartName[], options: LookOptions): Promise<readonly Part[]> => {
  const missing: Part[] = [];
  for (const part of names.map((name) => parts[name])) {
    if (part.variable !== undefined && options.env[part.variable]) continue;
    if (!(await isThere(part, options))) missing.push(part);
  }
  return missing;
};

const isThere = async ({ command, check, proof }: Part, { host, tools }: LookOptions): Promise<boolean> => {
  const path = await host.which(command);
  if (path === undefined) return false;
  // Set-up's own are wrappers: what they start may have been deleted. Its Python stands for one that fails the check.
  const isOwn = tools !== undefined && [tools.bin, tools.python].includes(dirname(path));
  if (isOwn && !existsSync(tools.root)) return false;
  const args = isOwn ? proof : check;
  return args === undefined || (await host.capture([path, ...args])) !== undefined;
};
