import { parse as parseToml } from 'smol-toml';
import { parseTomlPackages } from './toml-packages.ts';
import { addVersion, asObject, type Versions } from './versions.ts';

/** Requirements files: what is pinned, `name[extra]==1.2`; the rest is no version. */
export const parseRequirements = (text: string): Versions => {
  const versions: Versions = new Map();
  for (const [, name, version] of text.matchAll(
    /^[ \t]*([A-Za-z0-9][\w.-]*)[ \t]*(?:\[[^\]\n]*\][ \t]*)?={2,3}[ \t]*([^\s;,#\\]+)/gm,
  )) {
    addVersion(versions, name, version);
  }
  return versions;
};

/** Pipfile.lock: `default` and `develop` hold `{"version": "==1.2"}` by name. */
export const parsePipfileLock = (text: string): Versions => {
  const versions: Versions = new Map();
  const lock = asObject<'default' | 'develop'>(JSON.parse(text));
  for (const section of [lock.default, lock.develop]) {
    for (const [name, entry] of Object.entries(asObject(section))) {
      const { version } = asObject<'version'>(entry);
      if (typeof version === 'string') addVersion(versions, name, version.replace(/^=+/, ''));
    }
  }
  return versions;
};

/** poetry.lock, uv.lock and pdm.lock hold `[[package]]` with `name` and `version`; pylock.toml calls them `packages`. */
export const parsePythonLock = (text: string): Versions => {
  const lock = asObject<'package' | 'packages'>(parseToml(text));
  return parseTomlPackages(lock.package ?? lock.packages);
};
