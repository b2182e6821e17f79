import { z } from 'zod';
import { PitwallError } from '../../base/index.ts';
import { findFieldProblem } from '../http2/request-fields.ts';
import { headerFields } from './request-headers.ts';
import { authoritySchema, findRequestProblem, headersSchema, requestSchema } from './request-schema.ts';

const rate = z.number().positive().max(10_000_000);
const count = z.int().positive();
const durationMs = z
  .number()
  .positive()
  .max(31 * 86_400_000);
const arrivals = z.enum(['constant', 'poisson']);

const target = z.union([
  z.strictObject({
    host: authoritySchema,
    port: z.int().min(1).max(65_535),
    /** Resolve the host to addresses of this kind only. */
    family: z.union([z.literal(4), z.literal(6)]).optional(),
    /** The name is resolved for each connection, not once before the load. */
    isResolvedEachTime: z.boolean().optional(),
  }),
  z.strictObject({ socketPath: z.string().regex(/^\P{Cc}+$/u, 'a path has no control characters') }),
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
  /** So many requests at once, again and again. */
  z.strictObject({ kind: z.literal('bursts'), connections: count.max(100_000), size: count, everyMs: durationMs }),
]);

const tls = z.strictObject({
  isVerified: z.boolean(),
  /** PEM, beside the system's authorities. */
  ca: z.string().optional(),
  /** Name to ask for and to verify; an address is only verified. @default the authority without its port */
  serverName: authoritySchema.optional(),
  /** What the client shows of itself where the server asks for it. PEM. */
  client: z.strictObject({ certificate: z.string(), key: z.string() }).optional(),
});

/** What a proxy is asked for by CONNECT. */
const tunnel = z.strictObject({ authority: authoritySchema, headers: headersSchema });

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
  authority: authoritySchema,
  tls: tls.optional(),
  /** The target is an HTTP proxy, and each connection a tunnel through it, for TLS. */
  tunnel: tunnel.optional(),
  protocol: z.enum(['http/1.1', 'h2']),
  /** HTTP/2: requests at a time on each connection. HTTP/1.1 has one. */
  streamsPerConnection: count.max(1_000),
  requests: z.array(requestSchema).min(1).max(65_536),
  /** `mix`: drawn by weight with the seed; `sequence`: in order, round and round. */
  order: z.enum(['mix', 'sequence']),
  model,
  stop: z.union([z.strictObject({ durationMs }), z.strictObject({ requests: count })]),
  warmupMs: z.number().nonnegative(),
  timeoutMs: durationMs,
  /** Of a dial, handshake of TLS included; without it `timeoutMs` bounds request and dial together. */
  connectTimeoutMs: durationMs.optional(),
  /** So many redirects of a request are followed, on its connection, to the same server; its time is of all of them. */
  redirects: z.int().nonnegative().max(100),
  isKeptAlive: z.boolean(),
  /** Closed loop: when the time is up, what is on its way may end. The open loop always waits for it. */
  waitsAtEnd: z.boolean(),
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
  redirects: 0,
  isKeptAlive: true,
  waitsAtEnd: false,
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
  if (job.protocol === 'h2' && !job.isKeptAlive)
    throw new PitwallError('load.invalid', 'HTTP/2 always keeps its connections.');
  if (job.protocol === 'h2' && job.redirects > 0)
    throw new PitwallError('load.invalid', 'Redirects are followed with HTTP/1.1 only.');
  if (job.tunnel !== undefined && job.tls === undefined)
    throw new PitwallError('load.invalid', 'A tunnel through a proxy is for https:// only.');
  for (const request of job.requests) {
    const problem =
      findRequestProblem(request) ??
      (job.protocol === 'h2' ? findFieldProblem(headerFields(request.headers)) : undefined);
    if (problem !== undefined) {
      throw new PitwallError('load.invalid', `The request for ${request.path} can't be sent: ${problem}.`);
    }
  }
  return job;
};
