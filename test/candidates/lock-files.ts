/** What a lock file leaves open: entries without a digest of their content, or bound to one registry's address. */
export const unpinned = (lockFile: string, text: string): string[] => {
  const check = checks[lockFile];
  return check ? check(text) : [`${lockFile} is no lock file that is known here`];
};

const checks: Readonly<Record<string, (text: string) => string[]>> = {
  'requirements.lock': (text) =>
    text
      .replaceAll('\\\n', ' ')
      .split('\n')
      .filter(
        (line) => line !== '' && !/^[a-z0-9-]+(\[\w+\])?==\S+ ( *; .+?)?( +--hash=sha256:[0-9a-f]{64})+$/.test(line),
      ),
  'Cargo.lock': (text) =>
    text
      .split('[[package]]\n')
      .slice(1)
      .filter((entry) => {
        const source = /^source = "(.*)"$/m.exec(entry)?.[1];
        const isOwn = source === undefined && !entry.includes('checksum');
        const isPublic = source === 'registry+https://github.com/rust-lang/crates.io-index';
        return !isOwn && !(isPublic && /^checksum = "[0-9a-f]{64}"$/m.test(entry));
      }),
  'package-lock.json': (text) => {
    const { packages } = JSON.parse(text) as { packages: Record<string, { integrity?: string; resolved?: string }> };
    return Object.entries(packages)
      .filter(([path, entry]) => path !== '' && (entry.integrity === undefined || entry.resolved !== undefined))
      .map(([path]) => path);
  },
};
