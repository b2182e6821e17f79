const constant = /^(?:pub |export )?(?:const )?(\w+)(?:: &str)? = ("""|"|`|')([\s\S]*?)\2;?$/gm;

/** The SQL constants of a source file in Rust, Python or TypeScript, by name; spaces and the names of parameters made alike. */
export const readStatements = (source: string): Record<string, string> =>
  Object.fromEntries(
    [...source.matchAll(constant)].map(([, name, , sql]) => [
      name!.toLowerCase().replaceAll('_', ''),
      sql!
        .replace(/\s+/g, ' ')
        .replace(/%\(\w+\)s/g, '$1')
        .trim(),
    ]),
  );
