import { addVersion, asObject, type Versions } from './versions.ts';
import { childText, parseXml } from './xml.ts';

/** packages.lock.json: by target framework and name, with `resolved`. */
export const parsePackagesLock = (text: string): Versions => {
  const versions: Versions = new Map();
  for (const framework of Object.values(asObject(asObject<'dependencies'>(JSON.parse(text)).dependencies))) {
    for (const [name, entry] of Object.entries(asObject(framework))) {
      addVersion(versions, name, asObject<'resolved'>(entry).resolved);
    }
  }
  return versions;
};

/** A project (`<PackageReference>`) or Directory.Packages.props (`<PackageVersion>`): versions that are exact. */
export const parseProject = (text: string): Versions => {
  const versions: Versions = new Map();
  const project = parseXml(text);
  for (const tag of ['PackageReference', 'PackageVersion']) {
    for (const element of project.getElementsByTagName(tag)) {
      const version = element.getAttribute('Version') ?? childText(element, 'Version');
      if (version !== undefined && /^\d/.test(version)) addVersion(versions, element.getAttribute('Include'), version);
    }
  }
  return versions;
};
