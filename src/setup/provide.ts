import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PitwallError } from '../base/index.ts';
import type { SetupHost } from './find-parts.ts';
import type { PartName } from './parts.ts';
import type { ToolsFolder } from './tools-folder.ts';
import {
  chromiumWrapper,
  compilerWrapper,
  fontsConfiguration,
  pkgConfigWrapper,
  programWrapper,
  pythonWrapper,
  type UnpackedRoot,
} from './wrappers.ts';

/** Programs of a part by the path under which Debian unpacks them; the parts that need more are told apart below. */
const programs: Readonly<Partial<Record<PartName, readonly string[]>>> = {
  haproxy: ['/usr/sbin/haproxy'],
  pgbouncer: ['/usr/sbin/pgbouncer'],
  'c-compiler': ['/usr/bin/make'],
  cargo: ['/usr/bin/cargo', '/usr/bin/rustc'],
};

/**
 * Makes the commands of an unpacked part, so that whoever looks for them on the PATH finds them.
 * @throws PitwallError `setup.impossible` where the packages did not hold what they should.
 */
export const provideCommands = async (
  name: PartName,
  { path, root, bin, python }: ToolsFolder,
  triplet: string,
  host: SetupHost,
): Promise<void> => {
  const unpacked = describeRoot(root, triplet);
  for (const program of programs[name] ?? []) {
    if (existsSync(`${root}${program}`)) place(bin, program.split('/').at(-1)!, programWrapper(unpacked, program));
  }
  switch (name) {
    case 'c-compiler':
      for (const command of ['cc', 'gcc']) place(bin, command, compilerWrapper(unpacked, 'gcc'));
      for (const command of ['c++', 'g++']) place(bin, command, compilerWrapper(unpacked, 'g++'));
      return;
    case 'pkg-config':
      place(bin, 'pkg-config', pkgConfigWrapper(unpacked));
      return;
    case 'chromium':
      writeFileSync(join(path, 'fonts.conf'), fontsConfiguration(root, join(path, 'fonts-cache')));
      place(bin, 'chromium', chromiumWrapper(unpacked, join(path, 'fonts.conf')));
      return;
    case 'python':
      await providePython(unpacked, python, host);
      return;
    default:
      return;
  }
};

const providePython = async (unpacked: UnpackedRoot, folder: string, host: SetupHost): Promise<void> => {
  const wheels = join(unpacked.root, 'usr/share/python-wheels');
  const wheel = existsSync(wheels) ? readdirSync(wheels).find((file) => /^pip-.*\.whl$/.test(file)) : undefined;
  // Looked for before the wrapper of the same name is there.
  rmSync(join(folder, 'python3'), { force: true });
  const real = await host.which('python3');
  if (wheel === undefined || real === undefined) {
    throw new PitwallError('setup.impossible', 'The packages of Python hold no pip.');
  }
  place(folder, 'python3', pythonWrapper(unpacked, real, join(wheels, wheel)));
};

const place = (folder: string, command: string, text: string): void => {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, command), text, { mode: 0o755 });
};

/** A package with libraries for itself alone keeps them one folder deeper, and finds them by an absolute path. */
export const describeRoot = (root: string, triplet: string): UnpackedRoot => {
  const usual = [`${root}/usr/lib/${triplet}`, `${root}/lib/${triplet}`];
  const deeper = usual.filter(existsSync).flatMap((folder) =>
    readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => `${folder}/${name}`),
  );
  const isLibrary = (file: string) => /^lib.*\.so(\.|$)/.test(file);
  return { root, triplet, libraries: [...usual, ...deeper.filter((folder) => readdirSync(folder).some(isLibrary))] };
};
