import { addVersion, type Versions } from './versions.ts';
import { childText, parseXml, type XmlElement } from './xml.ts';

/** Stands for the version that another file decides: a parent POM, a platform, a plugin. */
const managed = 'managed';

/** pom.xml: `group:artifact` of each dependency; properties are filled in, and what the parent decides is `managed`. */
export const parsePom = (text: string): Versions => {
  const pom = parseXml(text);
  const properties = new Map<string, string>();
  for (const block of pom.getElementsByTagName('properties')) {
    for (const { tagName, textContent } of block.children) properties.set(tagName, textContent.trim());
  }
  const all = [...pom.getElementsByTagName('dependency')].map((element) => readDependency(element, properties));
  const versions: Versions = new Map();
  // A version stands where the dependency is declared, or once for all in <dependencyManagement>.
  for (const { name, version } of all) if (version !== managed) addVersion(versions, name, version);
  for (const { name, version } of all) addVersion(versions, name, version);
  return versions;
};

const readDependency = (
  element: XmlElement,
  properties: ReadonlyMap<string, string>,
): { readonly name: string; readonly version: string } => {
  const fill = (text: string | undefined): string | undefined =>
    text?.replace(/\$\{([^}]+)\}/g, (whole, name: string) => properties.get(name) ?? whole);
  const version = fill(childText(element, 'version'));
  return {
    name: `${fill(childText(element, 'groupId'))}:${fill(childText(element, 'artifactId'))}`,
    version: version === undefined || version.includes('${') ? managed : version,
  };
};

/** gradle.lockfile: `group:artifact:version=configurations`. */
export const parseGradleLock = (text: string): Versions => {
  const versions: Versions = new Map();
  for (const [, name, version] of text.matchAll(/^([^\s#:=]+:[^\s:=]+):([^\s:=]+)=/gm)) {
    addVersion(versions, name, version);
  }
  return versions;
};

/** build.gradle and build.gradle.kts: `implementation 'group:artifact:version'`, the version where it is written out. */
export const parseGradleBuild = (text: string): Versions => {
  const versions: Versions = new Map();
  for (const [, name, version] of withoutComments(text).matchAll(
    /\b(?:implementation|api|compileOnly|runtimeOnly)\s*(?:\(\s*)?["']([\w.-]+:[\w.-]+)(?::([^"':@\s]+))?[^"'\n]*["']/g,
  )) {
    addVersion(versions, name, version === undefined || version.includes('$') ? managed : version);
  }
  return versions;
};

/** Without block comments and lines that are comments: each character is looked at once, whatever the file holds. */
const withoutComments = (text: string): string => {
  let code = '';
  let at = 0;
  while (at < text.length) {
    const opens = text.indexOf('/*', at);
    code += opens < 0 ? text.slice(at) : text.slice(at, opens);
    const closes = opens < 0 ? -1 : text.indexOf('*/', opens + 2);
    if (closes < 0) break;
    at = closes + 2;
  }
  return code.replace(/^[ \t]*\/\/.*$/gm, '');
};
