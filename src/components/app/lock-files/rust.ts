import { parse as parseToml } from 'smol-toml';
import { parseTomlPackages } from './toml-packages.ts';
import { asObject, type Versions } from './versions.ts';

/** Cargo.lock: `[[package]]` with `name` and `version`. */
export const parseCargoLock = (text: string): Versions =>
  parseTomlPackages(asObject<'package'>(parseToml(text)).package);
