/** Where Debian puts libraries, by Node's name of the architecture. */
export const triplets: Readonly<Record<string, string>> = { x64: 'x86_64-linux-gnu', arm64: 'aarch64-linux-gnu' };

export interface UnpackedRoot {
  /** The folder that Debian's packages were unpacked into. */
  readonly root: string;
  /** E.g. `x86_64-linux-gnu`. */
  readonly triplet: string;
  /** Folders of the root that hold libraries, some packages have one of their own. */
  readonly libraries: readonly string[];
}

/** Single quotes keep a shell from reading anything in a path. */
export const quote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

const script = (lines: readonly string[]): string => `${['#!/bin/sh', ...lines].join('\n')}\n`;

const libraryPath = ({ libraries }: UnpackedRoot): string =>
  `export LD_LIBRARY_PATH=${quote(libraries.join(':'))}"\${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"`;

/** Starts a program of the unpacked root with the libraries that were unpacked beside it. It keeps the process number. */
export const programWrapper = (unpacked: UnpackedRoot, program: string): string =>
  script([libraryPath(unpacked), `exec ${quote(`${unpacked.root}${program}`)} "$@"`]);

/** Fonts of the unpacked root, beside those that the machine has (fonts-conf(5)). */
export const fontsConfiguration = (root: string, cacheFolder: string): string => {
  const text = (path: string) => path.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
  <dir>${text(`${root}/usr/share/fonts`)}</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir>${text(cacheFolder)}</cachedir>
</fontconfig>
`;
};

/** Text needs fonts: where the machine has no configuration of its own, that of the unpacked root is taken. */
export const chromiumWrapper = (unpacked: UnpackedRoot, fontsFile: string): string =>
  script([
    libraryPath(unpacked),
    `[ -e /etc/fonts/fonts.conf ] || export FONTCONFIG_FILE=${quote(fontsFile)}`,
    `exec ${quote(`${unpacked.root}/usr/lib/chromium/chromium`)} "$@"`,
  ]);

/** A compiler finds its own parts beside itself; headers, start files and libraries have to be named. */
export const compilerWrapper = (unpacked: UnpackedRoot, compiler: 'gcc' | 'g++'): string => {
  const { root, triplet } = unpacked;
  const folders = [
    `-B${root}/usr/bin/`,
    `-B${root}/usr/lib/${triplet}/`,
    `-L${root}/usr/lib/${triplet}`,
    `-L${root}/lib/${triplet}`,
  ];
  const headers = [`${root}/usr/include/${triplet}`, `${root}/usr/include`];
  return script([
    libraryPath(unpacked),
    `export PATH=${quote(`${root}/usr/bin`)}":$PATH"`,
    `exec ${quote(`${root}/usr/bin/${compiler}`)} ${folders.map(quote).join(' ')} "$@" ${headers
      .map((folder) => `-idirafter ${quote(folder)}`)
      .join(' ')}`,
  ]);
};

/** Describes the unpacked libraries as well as the machine's own. */
export const pkgConfigWrapper = (unpacked: UnpackedRoot): string => {
  const { root, triplet } = unpacked;
  const folders = [`${root}/usr/lib/${triplet}/pkgconfig`, `${root}/usr/share/pkgconfig`].join(':');
  return script([
    libraryPath(unpacked),
    `export PKG_CONFIG_PATH=${quote(folders)}"\${PKG_CONFIG_PATH:+:$PKG_CONFIG_PATH}"`,
    `exec ${quote(`${root}/usr/bin/pkg-config`)} "$@"`,
  ]);
};

/**
 * Debian's Python without python3-venv makes virtual environments, but none with pip in it. This one adds pip from the
 * wheels that python3-venv would have used, and is the real Python otherwise.
 */
export const pythonWrapper = ({ root }: UnpackedRoot, python: string, pipWheel: string): string => {
  const real = quote(python);
  const pip = `${real} ${quote(`${pipWheel}/pip`)} --python "$3/bin/python" --disable-pip-version-check install`;
  return script([
    'if [ "$1" = -m ] && [ "$2" = venv ] && [ $# -eq 3 ]; then',
    `  ${real} -m venv --without-pip "$3" || exit`,
    `  exec ${pip} --quiet --no-index --find-links ${quote(`${root}/usr/share/python-wheels`)} pip setuptools`,
    'fi',
    `exec ${real} "$@"`,
  ]);
};

/**
 * A linker script names files by absolute path. Those that the machine does not have are in the unpacked root.
 * `isThere` tells whether the machine has a path.
 */
export const relocateLinkerScript = (text: string, root: string, isThere: (path: string) => boolean): string =>
  text.replace(/(?<=[\s(])\/(?:usr\/)?lib\/[^\s)]+/g, (path) => (isThere(path) ? path : `"${root}${path}"`));
