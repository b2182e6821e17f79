import { METHODS, validateHeaderName, validateHeaderValue } from 'node:http';
import { resolve } from 'node:path';
import { z } from 'zod';
import { present } from '../../base/index.ts';
import type { WorkloadRequest } from './workload.ts';
import { readSchema, type Workload } from './workload-file.ts';

const argv = z.array(z.string()).min(1);
const pathPattern = /^\/[\x21-\x7e]*$/;
const lineOfRequest = /^([A-Z]+) (\S+)$/;
const isMethod = (method: string): boolean => METHODS.includes(method) && method !== 'CONNECT';

const passes = (check: () => void): boolean => {
  try {
    check();
    return true;
  } catch {
    return false;
  }
};

const requestSchema = z.union(
  [
    z.string().refine((text) => {
      const [, method = '', path = ''] = lineOfRequest.exec(text) ?? [];
      return isMethod(method) && pathPattern.test(path);
    }, 'must be a method and a path such as `GET /items`'),
    z.strictObject({
      method: z.string().refine(isMethod, 'must be a method such as GET').default('GET'),
      path: z
        .string()
        .regex(pathPattern, 'must begin with / and hold no spaces; other characters than ASCII are escaped as %')
        .describe('Path and query.'),
      headers: z
        .record(
          z.string().refine((name) => passes(() => validateHeaderName(name)), 'is no name of a header'),
          z.string().refine((value) => passes(() => validateHeaderValue('x', value)), 'is no value of a header'),
        )
        .default({}),
      body: z
        .union([z.string(), z.record(z.string(), z.unknown()), z.array(z.unknown())], {
          error: 'must be a text, or a map or list that is sent as JSON',
        })
        .optional()
        .describe('A text as it is; a map or list is sent as JSON.'),
      weight: z
        .number()
        .positive()
        .max(1e6)
        .optional()
        .describe('How often it is sent beside the others; 1 by default.'),
    }),
  ],
  {
    error: ({ input }) =>
      typeof input === 'string' || (typeof input === 'object' && input !== null && !Array.isArray(input))
        ? undefined
        : 'must be a line such as `GET /items`, or {method?, path, headers?, body?, weight?}',
  },
);

/** A workload that stands in a plan itself. No module says what a right answer is. */
export const inlineWorkloadSchema = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,63}$/, 'must be lower-case letters, digits and hyphens')
    .default('requests'),
  about: z.string().default('Requests of the plan.').describe('One line: what the requests do.'),
  schema: z
    .string()
    .optional()
    .describe('SQL file that creates the tables, or a pg_dump (plain or custom), relative to this file.'),
  migrate: z.array(argv).default([]).describe('Commands that create the tables instead, run in the plan’s folder.'),
  seedCommands: z.array(argv).default([]).describe('Commands that fill them.'),
  requests: z
    .array(requestSchema)
    .min(1, 'must have a request such as `GET /items`')
    .max(10_000)
    .describe('Sent under load.'),
  contract: z
    .enum(['enforce', 'report', 'off'])
    .default('enforce')
    .describe(
      'The first candidate’s answers are the reference. One that differs is left out, or raced and marked; off: nothing but the status is looked at.',
    ),
  ignore: z
    .array(z.string().startsWith('$', 'must be a JSON path such as $.time'))
    .default([])
    .describe('JSON paths that are not compared, such as $.time, or $.items[].id for all elements.'),
});

/** @param at where the plan says something, for messages */
export const makeInlineWorkload = (
  { name, about, migrate, seedCommands, requests, schema, contract, ignore }: z.infer<typeof inlineWorkloadSchema>,
  folder: string,
  at: (path: readonly PropertyKey[]) => string,
): Workload => ({
  name,
  about,
  folder,
  scale: 1,
  seed: 1,
  schema: schema === undefined ? undefined : readSchema(at(['schema']), resolve(folder, schema)),
  migrate,
  seedCommands,
  data: {
    tables: [],
    requests: requests.map(makeRequest),
    probes: [],
    // Its reference is recorded in the race.
    checkAnswer: () => undefined,
  },
  recorded: { contract, ignore },
});

const makeRequest = (written: z.infer<typeof requestSchema>): WorkloadRequest => {
  if (typeof written === 'string') {
    const [, method = '', path = ''] = lineOfRequest.exec(written) ?? [];
    return { method, path, headers: {} };
  }
  const { method, path, headers, body, weight } = written;
  const isJson = body !== undefined && typeof body !== 'string';
  const hasType = Object.keys(headers).some((name) => name.toLowerCase() === 'content-type');
  return {
    method,
    path,
    headers: isJson && !hasType ? { ...headers, 'content-type': 'application/json' } : headers,
    ...present('body', isJson ? JSON.stringify(body) : (body as string | undefined)),
    ...present('weight', weight),
  };
};
