import { addVersion, type Versions } from './versions.ts';

/**
 * go.mod: modules and versions of `require`, as a line or a block, with what `replace` puts in their place. It is the
 * list that a build takes, indirect modules too since Go 1.17.
 */
export const parseGoMod = (text: string): Versions => {
  const versions: Versions = new Map();
  const replaced = new Map<string, string>();
  let block = '';
  for (const raw of text.split('\n')) {
    const line = raw.replace(/\/\/.*$/, '').trim();
    const opened = /^(\w+)\s*\($/.exec(line)?.[1];
    if (opened !== undefined) block = opened;
    else if (line === ')') block = '';
    else {
      const [verb, ...words] = block === '' ? line.split(/\s+/) : [block, ...line.split(/\s+/)];
      const [name, version] = words.map((word) => word.replaceAll('"', ''));
      if (verb === 'require') addVersion(versions, name, version);
      const arrow = words.indexOf('=>');
      const target = words[arrow + 2];
      if (verb === 'replace' && arrow > 0 && name !== undefined && target !== undefined) replaced.set(name, target);
    }
  }
  for (const [name, version] of replaced) if (versions.has(name)) versions.set(name, version);
  return versions;
};

/** go.sum: hashes of all versions that were looked at; the last with a hash of its contents is the highest. */
export const parseGoSum = (text: string): Versions => {
  const versions: Versions = new Map();
  for (const line of text.split('\n')) {
    const [name, version, hash] = line.split(' ');
    if (name && version && hash?.startsWith('h1:') && !version.endsWith('/go.mod')) versions.set(name, version);
  }
  return versions;
};
