import { join } from 'node:path';
import { z } from 'zod';
import { readYamlFile } from './yaml-file.ts';

const argv = z.array(z.string()).min(1);

/** The knobs that a plan may turn. Each reaches the server as `{name}` in its command and as PITWALL_NAME. */
export const settingsSchema = z
  .strictObject({
    workers: z.int().min(1).max(1_000).describe('Server processes.'),
    pool: z.int().min(1).max(10_000).describe('Database connections that one process may hold.'),
    threads: z.int().min(1).max(1_000).describe('Threads of one process that answer requests.'),
  })
  .partial();

export type CandidateSettings = z.infer<typeof settingsSchema>;

const candidateSchema = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,63}$/, 'must be lower-case letters, digits and hyphens')
    .describe('The name in plans and tables.'),
  about: z.string().describe('One line: framework, driver, pool.'),
  language: z.string().describe('The language of the server.'),
  requires: z.array(z.string()).default([]).describe('Commands that must be on the PATH.'),
  prepare: z.array(argv).default([]).describe('Commands (argument lists) run once in a cached copy of the folder.'),
  start: z.strictObject({
    command: argv.describe('The server; {workers}, {pool}, {threads}, {host} and {port} are filled in.'),
    env: z.record(z.string(), z.string()).default({}).describe('More environment variables; same placeholders.'),
  }),
  settings: settingsSchema.default({}),
  readyPath: z.string().startsWith('/').default('/').describe('Any HTTP answer from this path means ready.'),
  turnarounds: z.number().min(0).optional().describe('Database round trips a request that it is expected to cost.'),
  versions: z.array(z.string()).default([]).describe('Packages whose versions the result shows.'),
  twinOf: z.string().optional().describe('The candidate that this one is a changed copy of.'),
  differs: z.array(z.string()).default([]).describe('What differs from its twin, a sentence each.'),
});

/** One server to race: the checked content of a candidate.yaml and the folder that holds it. */
export type Candidate = Readonly<z.infer<typeof candidateSchema>> & { readonly folder: string };

/** @throws PitwallError `candidate.invalid` with file, line and column. */
export const loadCandidate = async (folder: string): Promise<Candidate> => ({
  ...(await readYamlFile(join(folder, 'candidate.yaml'), candidateSchema, 'candidate.invalid')),
  folder,
});
