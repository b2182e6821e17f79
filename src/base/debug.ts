/**
 * The variable that makes Node's `debuglog` write, for the environment of a child process of pitwall: environments are built from
 * nothing, so a child would not write what its parent was asked to. Empty where nobody asked.
 */
export const debugEnvironment = (
  env: Readonly<Record<string, string | undefined>> = process.env,
): Readonly<Record<string, string>> => {
  const sections = env['NODE_DEBUG'];
  return sections === undefined ? {} : { NODE_DEBUG: sections };
};
