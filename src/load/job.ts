import { z } from 'zod';
import { PitwallError } from '../base/index.ts';

const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
// Printable ASCII, no space: anything else would break the request line.
const pathText = /^[\x21-\x7e]+$/;
const fieldText = /^[\t\x20-\x7e\x80-\xff]*$/;

const request = z.strictObject({
  method: z.string().regex(token, 'not a method'),
  path: z.string().regex(pathText, 'a path has no spaces or control characters: percent-encode them'),
  headers: z.record(z.string().regex(token, 'not a header name'), z.string().regex(fieldText, 'not a header value')),
  body: z.string().optional(),
  bodyBase64: z.base64().optional(),
  weight: z.number().positive().optional(),
});

const rate = z.number().positive().max(10_000_000);
const count = z.int().positive();
const durationMs = z
  .number()
  .positive()
  .max(31 * 86_400_000);
const arrivals = z.enum(['constant', 'poisson']);

const target = z.union([
  z.strictObject({
    host: z.string().min(1),
    port: z.int().min(1).max(65_535),
    /** Resolve the host to addresses of this kind only. */
    family: z.union([z.literal(4), z.literal(6)]).optional(),
  }),
  z.strictObject({ socketPath: z.string().min(1) }),
]);

const model = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('closed'), connections: count.max(100_000) }),
  z.strictObject({ kind: z.literal('open'), connections: count.max(100_000), ratePerS: rate, arrivals }),
  z.strictObject({
    kind: z.literal('stages'),
    connections: count.max(100_000),
    arrivals,
    /** Each ramps in a line from the rate of the one before (the first from 0) to its own. */
    stages: z.array(z.strictObject({ durationMs, ratePerS: z.number().nonnegative().max(10_000_000) })).min(1),
  }),
]);

const tls = z.strictObject({
  isVerified: z.boolean(),
  /** PEM, beside the system's authorities. */
  ca: z.string().optional(),
  serverName: z.string().optional(),
});

const validators = z.strictObject({
  bodyBytes: z.int().nonnegative().optional(),
  /** Hex. */
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional(),
  /** The body of a share of the answers must be JSON that contains this: objects may have more keys, all else is equal. */
  json: z.strictObject({ ratio: z.number().positive().max(1), contains: z.json() }).optional(),
});

const schema = z.strictObject({
  target,
  /** Host header (HTTP/1.1) or :authority (HTTP/2). */
  authority: z.string().min(1),
  tls: tls.optional(),
  protocol: z.enum(['http/1.1', 'h2']),
  /** HTTP/2: requests at a time on each connection. HTTP/1.1 has one. */
  streamsPerConnection: count.max(1_000),
  requests: z.array(request).min(1).max(65_536),
  /** `mix`: drawn by weight with the seed; `sequence`: in order, round and round. */
  order: z.enum(['mix', 'sequence']),
  model,
  stop: z.union([z.strictObject({ durationMs }), z.strictObject({ requests: count })]),
  warmupMs: z.number().nonnegative(),
  timeoutMs: durationMs,
  isKeptAlive: z.boolean(),
  /** Each connection keeps the cookies that it is given and sends them back. */
  keepsCookies: z.boolean(),
  workers: z.int().positive().max(256),
  seed: z.int(),
  /** Share of the answers to return as samples. */
  sampleRatio: z.number().min(0).max(1),
  sampleBytes: z.int().nonnegative(),
  /** Statuses that are right; without it 200 to 399. */
  expectStatus: z.array(z.int().min(100).max(999)).min(1).optional(),
  validators: validators.optional(),
});

/** All that a run of load needs to know. `stages` stops by itself, at the end of the last stage or at `stop` if that is earlier. */
export type LoadJob = z.infer<typeof schema>;
export type LoadTarget = LoadJob['target'];
export type LoadModel = LoadJob['model'];

const defaults = {
  protocol: 'http/1.1',
  streamsPerConnection: 1,
  order: 'mix',
  warmupMs: 0,
  timeoutMs: 10_000,
  isKeptAlive: true,
  keepsCookies: false,
  workers: 1,
  seed: 1,
  sampleRatio: 0,
  sampleBytes: 16 * 1024 * 1024,
} as const satisfies Partial<LoadJob>;

type Defaulted = keyof typeof defaults;

/** A job from its essentials, with the defaults filled in. Throws `load.invalid`. */
export const loadJob = (essentials: Omit<LoadJob, Defaulted> & Partial<Pick<LoadJob, Defaulted>>): LoadJob =>
  parseLoadJob({ ...defaults, ...essentials });

/** Checks a job that came from outside. Throws `load.invalid`, which names every field that is wrong. */
export const parseLoadJob = (given: unknown): LoadJob => {
  const parsed = schema.safeParse(given);
  if (!parsed.success)
    throw new PitwallError('load.invalid', `The load job is not valid:\n${z.prettifyError(parsed.error)}`);
  const job = parsed.data;
  if (job.workers > job.model.connections) {
    throw new PitwallError(
      'load.invalid',
      `${job.workers} workers need at least as many connections, not ${job.model.connections}.`,
    );
  }
  if (job.protocol === 'http/1.1' && job.streamsPerConnection > 1) {
    throw new PitwallError(
      'load.invalid',
      'HTTP/1.1 carries one request at a time on a connection; several need HTTP/2.',
    );
  }
  if (job.protocol === 'h2' && (!job.isKeptAlive || job.keepsCookies)) {
    throw new PitwallError(
      'load.invalid',
      'HTTP/2 always keeps its connections, and cookies are kept with HTTP/1.1 only.',
    );
  }
  for (const { body, bodyBase64, path } of job.requests) {
    if (body !== undefined && bodyBase64 !== undefined) {
      throw new PitwallError('load.invalid', `The request for ${path} has both body and bodyBase64.`);
    }
  }
  return job;
};
