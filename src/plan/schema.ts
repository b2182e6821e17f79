import { z } from 'zod';
import { componentNames, hostKinds } from '../base/index.ts';
import { inlineCandidateSchema, placeholderText, settingsSchema } from './candidate.ts';
import { durationPattern, formatDurationMs, parseBytesPerSecond, parseDurationMs, ratePattern } from './duration.ts';
import { inlineWorkloadSchema } from './workload/inline-workload.ts';

const [minuteMs, dayMs] = [60_000, 86_400_000];

/** What lies outside cannot be what somebody wants, and is found here instead of in the middle of a race. */
const duration = (about: string, { leastMs, mostMs }: { readonly leastMs: number; readonly mostMs: number }) =>
  z
    .string()
    .regex(durationPattern, 'must be a duration such as 300ms, 5s or 1m')
    .refine(
      (text) => {
        const durationMs = parseDurationMs(text);
        // What is no duration at all has its own message.
        return durationMs === undefined || (durationMs >= leastMs && durationMs <= mostMs);
      },
      `must be from ${formatDurationMs(leastMs)} to ${formatDurationMs(mostMs)}`,
    )
    .describe(`${about} A duration such as 300ms, 5s or 1m.`);

/** Between the network's own shortest and what no user would wait for. */
const linkTime = { leastMs: 0, mostMs: minuteMs };
const [leastBytesPerSecond, mostBytesPerSecond] = [1e3 / 8, 1e12 / 8];

const linkSchema = z.union(
  [
    duration('Round-trip time.', linkTime),
    z.strictObject({
      rtt: duration('Round-trip time.', linkTime),
      jitter: duration('Each way takes up to so much more or less, evenly spread.', linkTime).optional(),
      rate: z
        .string()
        .regex(ratePattern, 'must be a rate such as 100Mbit/s')
        .refine((text) => {
          const bytesPerSecond = parseBytesPerSecond(text);
          return (
            bytesPerSecond === undefined ||
            (bytesPerSecond >= leastBytesPerSecond && bytesPerSecond <= mostBytesPerSecond)
          );
        }, 'must be from 1kbit/s to 1000Gbit/s')
        .describe('Each way, e.g. 100Mbit/s.')
        .optional(),
    }),
  ],
  { error: 'must be a round-trip time such as 3.6ms, or {rtt, jitter?, rate?}' },
);

const variantSchema = z.strictObject({
  use: z.string().describe('A candidate of this plan, a folder of candidates/, or a path that starts with . or /.'),
  as: z.string().min(1).max(100).describe('Another name for it, to race it twice.').optional(),
  settings: settingsSchema.default({}).describe('Overrides the settings in its candidate.yaml.'),
  env: z
    .record(z.string(), placeholderText)
    .default({})
    .describe('More environment variables, or other values of them.'),
  patch: z
    .string()
    .optional()
    .describe('A patch of `git diff --relative`, relative to this file, that its sources get before they are built.'),
});

/** What is wrong within one is said by the form that it comes nearest to. */
const isMapping = (input: unknown): boolean => typeof input === 'object' && input !== null && !Array.isArray(input);

/** A plan file as people write it: everything but the workload and the candidates has a default. */
export const planFileSchema = z.strictObject({
  name: z.string().min(1).max(100).describe('Shown in the result; the name of the file by default.').optional(),
  about: z.string().describe('What the race is to find out.').optional(),
  workload: z
    .union([z.string(), inlineWorkloadSchema], {
      error: ({ input }) =>
        isMapping(input)
          ? undefined
          : `${input === undefined ? 'is missing:' : 'must be'} a name or path, or {requests, ...}`,
    })
    .describe('A folder of workloads/, a path that starts with . or /, or the requests themselves.'),
  scale: z.int().min(1).max(10_000_000).describe('Size of the data set, in the workload’s own measure.').optional(),
  candidates: z
    .array(
      z.union([z.string(), variantSchema, inlineCandidateSchema], {
        error: ({ input }) =>
          isMapping(input)
            ? undefined
            : 'must be a name or path, {use, as?, settings?, env?, patch?}, or an app: {name, start, ...}',
      }),
    )
    .min(1)
    .describe('The servers to race.'),
  blocks: z.int().min(1).max(1_000).default(5).describe('Rounds of each candidate; with a precision, the least.'),
  precision: z
    .string()
    .regex(/^\d+(\.\d+)?%$/, 'must be a percentage such as 3%')
    .describe('Blocks are added until the throughput ratio of every pair is known to ± this share, e.g. 3%.')
    .optional(),
  until: z
    .literal('decided')
    .describe(
      'Blocks are added until the leader is decided against each of the others (faster, or the same within the margin), or `time` is over; in place of `blocks` and `precision`.',
    )
    .optional(),
  time: duration('What `until: decided` allows for its blocks.', { leastMs: 1_000, mostMs: dayMs }).default('5m'),
  maxBlocks: z
    .int()
    .min(1)
    .max(1_000)
    .default(30)
    .describe('Where a precision, or `until: decided`, stops adding blocks.'),
  margin: z
    .string()
    .regex(/^(?!0+(\.0+)?%)\d{1,3}(\.\d+)?%$/, 'must be a percentage above 0, such as 2%')
    .default('2%')
    .describe('Differences within it count as the same (equivalence margin); choose it before the race.'),
  retries: z
    .int()
    .min(0)
    .max(100)
    .default(1)
    .describe('How many refused or failed rounds of a candidate are played again before it is left out.'),
  duration: duration('The timed part of a round.', { leastMs: 100, mostMs: dayMs }).default('10s'),
  warmup: duration('Load before the timed part, not counted.', { leastMs: 0, mostMs: dayMs }).default('2s'),
  settle: duration('Load before the warm-up until throughput has settled, at most so long.', {
    leastMs: 100,
    mostMs: dayMs,
  }).optional(),
  connections: z.int().min(1).max(100_000).default(50).describe('Connections of the load generator (closed loop).'),
  startTimeout: duration('A server must answer within it after its start.', { leastMs: 100, mostMs: dayMs }).default(
    '60s',
  ),
  timeout: duration('After this a request counts as timed out.', { leastMs: 1, mostMs: dayMs }).default('30s'),
  seed: z.int().default(1).describe('The random seed for the order of the rounds and for the sampling.'),
  sample: z.number().min(0).max(1).default(0.01).describe('Share of the answers that the contract checks under load.'),
  proxy: z
    .union(
      [
        z.literal(false),
        z.strictObject({
          maxconn: z
            .int()
            .min(1)
            .max(100_000)
            .default(25)
            .describe('Requests that HAProxy lets through to the server at once.'),
          pathPrefix: z.string().startsWith('/').default('/').describe('Requests that begin with it are passed on.'),
        }),
      ],
      { error: 'must be false (no proxy) or {maxconn?, pathPrefix?}' },
    )
    .prefault({}),
  pooler: z
    .union(
      [
        z.literal(false),
        z.strictObject({
          connections: z
            .int()
            .min(1)
            .max(100_000)
            .default(25)
            .describe('Server connections that PgBouncer opens at most.'),
        }),
      ],
      { error: 'must be false (no pooler) or {connections?}' },
    )
    .prefault({}),
  hosts: z
    .enum(hostKinds)
    .default('local')
    .describe('Where components run: all on this machine, or each role in a network namespace of its own (root only).'),
  cpus: z
    .partialRecord(
      z.enum(componentNames),
      z.string().regex(/^\d{1,4}(-\d{1,4})?(,\d{1,4}(-\d{1,4})?)*$/, 'must be a list such as 0 or 0-1,3'),
    )
    .default({})
    .describe('The processors that a component may use.'),
  nice: z
    .partialRecord(z.enum(componentNames), z.int().min(-20).max(19))
    .default({})
    .describe('A component’s priority; below 0 needs root.'),
  links: z
    .strictObject({
      'client-proxy': linkSchema.describe(
        'From the load generator to the proxy, or to the server where there is none.',
      ),
      'proxy-server': linkSchema.describe('The link from the proxy to the server.'),
      'server-database': linkSchema.describe(
        'The link from the server to the pooler, or to the database where there is none.',
      ),
      'pooler-database': linkSchema.describe('The link from the pooler to the database.'),
    })
    .partial()
    .default({})
    .describe('Emulated network paths.'),
  sweep: z
    .record(z.string(), z.array(z.union([z.string(), z.number(), z.boolean()])).min(1))
    .optional()
    .describe(
      'What rounds are played under (proxy.maxconn, links.server-database, cpus.candidate, settings.pool, ...) and the values to race at; every combination is a point.',
    ),
  prices: z
    .partialRecord(z.enum(['client', 'proxy', 'server', 'pooler', 'database']), z.number().min(0))
    .optional()
    .describe('USD a month of the machine of each role, as it would be rented.'),
  latencyTarget: z
    .strictObject({ p99: duration('99 % of the answers within it.', { leastMs: 0.001, mostMs: dayMs }) })
    .optional()
    .describe(
      'Searches the highest rate at which the latency holds (open loop), and what a million requests cost there.',
    ),
  instruments: z
    .strictObject({
      proxy: z.boolean().default(true).describe('HAProxy’s stats socket, once a second.'),
      pooler: z.boolean().default(true).describe('PgBouncer’s console, once a second.'),
      database: z.boolean().default(true).describe('pg_stat_activity, once a second.'),
      server: z
        .boolean()
        .default(true)
        .describe('How many connections each process of the candidate has, every five seconds.'),
      machine: z.boolean().default(true).describe('Pressure, steal and load, once a second.'),
    })
    .prefault({})
    .describe('What is sampled around the candidate while it is timed.'),
  tap: z
    .enum(['off', 'calibration', 'rounds'])
    .default('calibration')
    .describe(
      'Where the wire between server and database is tapped: never, while one request is counted, or in the timed rounds too.',
    ),
  calibration: z
    .union(
      [
        z.literal(false),
        z.strictObject({
          requests: z
            .int()
            .min(1)
            .max(100_000)
            .default(100)
            .describe('Requests that are sent one after another and counted.'),
          crossCheck: z
            .boolean()
            .default(false)
            .describe('Measures the round trips a second way, by the slope of latency over added delay.'),
          tls: z
            .enum(['terminate', 'passthrough'])
            .default('terminate')
            .describe(
              'Whether the tap takes TLS off with the database’s certificate and counts messages, or leaves it alone and counts round trips by TLS records.',
            ),
        }),
      ],
      { error: 'must be false or {requests?, crossCheck?, tls?}' },
    )
    .prefault({}),
});

export type PlanFile = z.infer<typeof planFileSchema>;

/** The JSON Schema that editors use: `# yaml-language-server: $schema=...`. */
export const planJsonSchema = (): object => z.toJSONSchema(planFileSchema, { io: 'input' });
