import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** What set-up puts into pitwall's cache for a user who is not root. */
export interface ToolsFolder {
  readonly path: string;
  /** Debian's packages, unpacked. */
  readonly root: string;
  /** Programs that the machine does not have. */
  readonly bin: string;
  /** A Python that comes before the machine's own, which cannot make virtual environments. */
  readonly python: string;
  readonly logFile: string;
}

export const toolsFolder = (cacheFolder: string): ToolsFolder => {
  const path = join(cacheFolder, 'tools');
  return {
    path,
    root: join(path, 'debian'),
    bin: join(path, 'bin'),
    python: join(path, 'python'),
    logFile: join(path, 'setup.log'),
  };
};

/**
 * The PATH with which everything finds what set-up unpacked: behind the machine's own programs, for those go first,
 * but for the Python, which stands for one that lacks something. With `mayCome` it finds what is not unpacked yet, too.
 */
export const pathWithTools = (path: string, { bin, python }: ToolsFolder, mayCome = false): string => {
  const own = [python, bin];
  const isWanted = (folder: string): boolean => mayCome || existsSync(folder);
  const folders = path.split(delimiter).filter((folder) => folder !== '' && !own.includes(folder));
  return [...[python].filter(isWanted), ...folders, ...[bin].filter(isWanted)].join(delimiter);
};
