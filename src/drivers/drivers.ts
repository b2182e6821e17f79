import { dotnetDrivers } from './dotnet.ts';
import type { DriverEntry, Ecosystem } from './entry.ts';
import { goDrivers } from './go.ts';
import { jvmDrivers } from './jvm.ts';
import { nodeDrivers } from './node.ts';
import { pythonDrivers } from './python.ts';
import { rubyDrivers } from './ruby.ts';
import { rustDrivers } from './rust.ts';

/** Drivers, pools and ORMs whose settings are known. */
export const drivers: Readonly<Record<Ecosystem, readonly DriverEntry[]>> = {
  python: pythonDrivers,
  rust: rustDrivers,
  node: nodeDrivers,
  go: goDrivers,
  jvm: jvmDrivers,
  dotnet: dotnetDrivers,
  ruby: rubyDrivers,
};
