import { fileURLToPath } from 'node:url';

/** The compiled agent: what runs from the sources (tests) uses the last build. */
export const agentProgram: string = fileURLToPath(new URL('../../dist/agent/main.js', import.meta.url));
