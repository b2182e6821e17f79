/**
 * What Node starts the load process with. Servers that make up names and cookies leave garbage by the megabyte: in the 16 MiB that
 * V8 gives to young objects, three times over, a thousand connections came to more than 150 MiB in all.
 */
export const loadProcessFlags: readonly string[] = ['--max-semi-space-size=4'];
