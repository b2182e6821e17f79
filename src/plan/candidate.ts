import { isAbsolute, join, resolve } from 'node:path';
import { z } from 'zod';
import { findUnknownPlaceholder } from './placeholders.ts';
import { readYamlFile } from './yaml-file.ts';

/** Pitwall's own placeholders are checked where they are written. */
export const placeholderText = z.string().superRefine((value, context) => {
  const message = findUnknownPlaceholder(value);
  if (message !== undefined) context.addIssue({ code: 'custom', message });
});
const argv = z.array(placeholderText).min(1);
/** Below the candidate's folder, where nothing else can be overwritten. */
const pathBelow = z
  .string()
  .min(1)
  .refine((path) => !isAbsolute(path) && !path.split('/').includes('..'), 'must be a path below the folder');

/** The knobs that a plan may turn. Each reaches the server as `{name}` in its command and as PITWALL_NAME. */
export const settingsSchema = z
  .strictObject({
    workers: z.int().min(1).max(1_000).describe('Server processes.'),
    pool: z.int().min(1).max(10_000).describe('Database connections that one process may hold.'),
    threads: z.int().min(1).max(1_000).describe('Threads of one process that answer requests.'),
  })
  .partial();

const roundTrips = z.number().min(0);

/** One number, or two where connecting to a pooler and to the database itself costs differently. */
const expectedRoundTripsSchema = z.union(
  [
    roundTrips,
    z.strictObject({
      pooled: roundTrips.describe('With a pooler between server and database.'),
      direct: roundTrips.describe('With connections to the database itself.'),
    }),
  ],
  { error: 'must be a number from 0, or two of them: {pooled, direct}' },
);

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
  tls: z
    .enum(['verify', 'require', 'off'])
    .default('verify')
    .describe('How it is told to connect to the database: TLS with the certificate checked, TLS, or in clear.'),
  files: z
    .record(pathBelow, pathBelow)
    .default({})
    .describe('Files that are written before it starts: path, and the template that it is made from.'),
  migrate: z
    .array(argv)
    .default([])
    .describe('Commands that make its tables, run once against a fresh database that is the app’s own.'),
  seed: z.array(argv).default([]).describe('Commands that fill them, run once after the workload’s rows are there.'),
  copy: z
    .array(pathBelow)
    .default([])
    .describe('Files and folders that are copied though an ignore file or their name (.env) says otherwise.'),
  start: z.strictObject({
    command: argv.describe(
      'The server; {workers}, {pool}, {threads}, {host}, {port} and the parts of the database’s address are filled in.',
    ),
    env: z.record(z.string(), placeholderText).default({}).describe('More environment variables; same placeholders.'),
  }),
  settings: settingsSchema.default({}),
  port: z
    .int()
    .min(1)
    .max(65_535)
    .optional()
    .describe('The port of a server that cannot be told one; a free one otherwise.'),
  readyPath: z.string().startsWith('/').default('/').describe('Any HTTP answer from this path means ready.'),
  roundTrips: expectedRoundTripsSchema
    .optional()
    .describe(
      'Database round trips that it is expected to cost per request, with a pooler and without one where they differ.',
    ),
  versions: z.array(z.string()).default([]).describe('Packages whose versions the result shows.'),
  variantOf: z.string().optional().describe('The candidate that this one is a changed copy of.'),
  differs: z.array(z.string()).default([]).describe('What differs from its variant, a sentence each.'),
});

/** A candidate that stands in a plan itself: of the app in the plan's folder little more than its command has to be said. */
export const inlineCandidateSchema = candidateSchema.extend({
  about: candidateSchema.shape.about.default('An app whose plan lies beside it.'),
  language: candidateSchema.shape.language.default('unknown'),
  path: z.string().min(1).default('.').describe('The app’s folder, relative to this file.'),
  env: candidateSchema.shape.start.shape.env.describe('The same as start.env.'),
});

/** One server to race: the checked content of a candidate.yaml and the folder that holds it. */
export type Candidate = Readonly<z.infer<typeof candidateSchema>> & {
  readonly folder: string;
  /** It stands in a plan: the commands that build it are no part of its sources. */
  readonly isInline?: true;
  /** What its sources are changed by before they are built, as a plan says. */
  readonly patch?: { readonly file: string; readonly digest: string };
};

/** @throws PitwallError `candidate.invalid` with file, line and column. */
export const loadCandidate = (folder: string): Candidate => ({
  ...readYamlFile(join(folder, 'candidate.yaml'), candidateSchema, 'candidate.invalid').value,
  folder,
});

/** @param planFolder what its path is relative to */
export const readInlineCandidate = (
  { env, path, start, ...own }: z.infer<typeof inlineCandidateSchema>,
  planFolder: string,
): Candidate => ({
  ...own,
  start: { ...start, env: { ...start.env, ...env } },
  folder: resolve(planFolder, path),
  isInline: true,
});

/** Database round trips that a candidate is expected to cost per request; undefined where its candidate.yaml does not say. */
export const expectedRoundTrips = (
  { roundTrips }: Pick<Candidate, 'roundTrips'>,
  { isPooled }: { readonly isPooled: boolean },
): number | undefined => {
  if (typeof roundTrips !== 'object') return roundTrips;
  return isPooled ? roundTrips.pooled : roundTrips.direct;
};
