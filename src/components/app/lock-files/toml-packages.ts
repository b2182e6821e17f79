import { addVersion, asList, asObject, type Versions } from './versions.ts';

/** A TOML file's list of tables with `name` and `version`. */
export const parseTomlPackages = (packages: unknown): Versions => {
  const versions: Versions = new Map();
  for (const entry of asList(packages)) {
    const { name, version } = asObject<'name' | 'version'>(entry);
    addVersion(versions, name, version);
  }
  return versions;
};
