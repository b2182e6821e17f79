import { z } from 'zod';
import { hostKinds } from '../../base/index.ts';
import { calibrationSchema } from './calibration.ts';
import { bestSchema, comparisonSchema, raceGateSchema } from './comparison.ts';
import { mismatch, roundSchema } from './round.ts';

/** The version of what this file describes. Raised when a name or the meaning of a number changes; version 1 is still read (version-1.ts). */
export const resultVersion = 2;

/** How many there are of something that the model makes room for; no plan may ask for more. */
const count = z.number().min(0).max(100_000);

/** A mean over rounds; without bounds after a single round. */
const estimate = z.object({
  mean: z.number().describe('Geometric mean of the rounds (arithmetic where one of them is 0).'),
  low: z.number().optional().describe('Lower end of the 95 % interval.'),
  high: z.number().optional(),
});

/** What rounds are played under; see `Conditions` of a plan. */
const conditionsSchema = z.object({
  durationMs: z.number(),
  warmupMs: z.number(),
  settleMs: z.number().optional().describe('How long was loaded at most before the warm-up, until throughput settled.'),
  connections: count,
  startTimeoutMs: z.number(),
  timeoutMs: z.number(),
  sampleRatio: z.number(),
  proxy: z.object({ maxconn: count, pathPrefix: z.string() }).optional(),
  pooler: z.object({ connections: count }).optional(),
  links: z.record(
    z.string(),
    z.object({ rttMs: z.number(), jitterMs: z.number().optional(), bytesPerSecond: z.number().optional() }),
  ),
  tap: z.enum(['off', 'calibration', 'rounds']),
  calibration: z
    .object({ requests: z.number(), crossCheck: z.boolean(), tls: z.enum(['terminate', 'passthrough']).optional() })
    .optional(),
  placements: z.record(z.string(), z.object({ cpus: z.string().optional(), nice: z.number().optional() })),
});

const candidateSchema = z.object({
  name: z.string(),
  status: z.enum(['ok', 'skipped', 'failed']),
  reason: z.string().optional(),
  candidate: z.string().describe('The folder it comes from; the name is that of the entry.'),
  point: z
    .record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
    .describe('Where in a sweep it stands: plan keys and values.'),
  variantOf: z.string().optional(),
  differs: z.array(z.string()).optional(),
  expectedRoundTrips: z
    .number()
    .optional()
    .describe('What its candidate.yaml expects a request to cost, with a pooler or without one as it was raced.'),
  about: z.string(),
  language: z.string(),
  settings: z.record(z.string(), count),
  conditions: conditionsSchema
    .optional()
    .describe(
      'What it was raced under, as it was used: at its point of a sweep, without a part that was not installed. Absent in older races.',
    ),
  versions: z.record(z.string(), z.string()),
  sourceDigest: z.string().optional().describe('SHA-256 of the sources that were built.'),
  lockDigests: z.record(z.string(), z.string()).optional().describe('SHA-256 of each lock file.'),
  git: z
    .object({ commit: z.string(), isChanged: z.boolean().describe('Its folder differs from that commit.') })
    .optional()
    .describe('Where its folder is in a git repository.'),
  unmeasured: z
    .record(z.string(), z.string())
    .optional()
    .describe('What could not be measured of it by the way it was raced, and why.'),
  contract: z
    .object({ ok: z.boolean(), checked: z.number(), mismatches: z.array(mismatch.extend({ probe: z.string() })) })
    .optional(),
  calibration: calibrationSchema.optional(),
  atLatencyTarget: z
    .object({
      p99Ms: z.number().describe('The target.'),
      requestsPerSecond: z.number().optional().describe('The highest rate found at which it holds; absent: at none.'),
    })
    .optional(),
});

const candidateResultSchema = candidateSchema.extend({
  rounds: z.array(roundSchema),
  summary: z
    .object({
      rounds: z.number().describe('Rounds that the figures below come from.'),
      requestsPerSecond: estimate,
      p50Ms: estimate,
      p99Ms: estimate,
      cpuMsPerRequest: estimate.optional().describe('CPU time of the candidate a right answer.'),
      peakCpuPercent: z.number().optional(),
      peakMemoryMiB: z.number().optional().describe('Highest PSS of the candidate in any round.'),
      usdPerMillionRequests: z.number().optional().describe('At the mean rate, from the plan’s prices.'),
      usdPerMillionAtLatencyTarget: z
        .number()
        .optional()
        .describe('At the highest rate that keeps the latency target.'),
    })
    .optional(),
});

const environmentSchema = z.object({
  cpu: z.string(),
  cores: count,
  memoryMiB: z.number(),
  kernel: z.string(),
  node: z.string(),
  versions: z.record(z.string(), z.string()),
  governor: z.string().optional().describe('The governor of the CPU frequency; absent where the machine does not say.'),
  virtualisation: z.string().optional().describe('none, or the kind of virtual machine or container.'),
  mitigations: z
    .record(z.string(), z.string())
    .optional()
    .describe('The state of the CPU’s vulnerabilities, as the kernel says.'),
});

const planSchema = conditionsSchema.extend({
  name: z.string(),
  about: z.string().optional(),
  file: z.string(),
  digest: z.string().describe('SHA-256 of the plan with all that it was made of, the sources of candidates aside.'),
  workload: z.object({
    name: z.string(),
    scale: z.number(),
    seed: z.number(),
    digest: z.string().describe('SHA-256 of its schema, rows and requests.'),
  }),
  candidates: z.array(z.string()),
  urls: z
    .record(z.string(), z.string())
    .optional()
    .describe(
      'Of a race of running servers, which pitwall only loaded: the URL of each by its name, without passwords and the values of queries.',
    ),
  control: z
    .object({ of: z.string(), name: z.string() })
    .optional()
    .describe('A candidate that was entered twice: what the two differ by is noise.'),
  blocks: count.describe('Rounds of each candidate; with a precision, the least.'),
  precision: z.number().optional().describe('Blocks are added until every ratio is known to ± this share.'),
  until: z
    .literal('decided')
    .optional()
    .describe('Blocks are added until the leader is decided against each of the others, or the time allowed is over.'),
  timeMs: z.number().optional().describe('The time allowed for blocks until it is decided.'),
  margin: z.number().positive().optional().describe('Equivalence margin; absent in older races: 2 %.'),
  maxBlocks: count.describe('Where adding blocks stops.'),
  retries: z.number().describe('Refused or failed rounds of a candidate that are played again.'),
  seed: z.number(),
  prices: z.record(z.string(), z.number()).optional().describe('USD a month of the machine of each role.'),
  latencyTargetP99Ms: z.number().optional(),
  hosts: z.enum(hostKinds),
});

const looksSchema = z.object({
  at: z
    .array(count)
    .describe('Blocks at each look. The intervals of the comparisons are wider, so that they hold over all of them.'),
  horizon: count.describe('Blocks at the last look, as they were planned.'),
  isLast: z.boolean().describe('The last look was so because the time or the blocks allowed were over.'),
});

const missingTool = z.object({ tool: z.string(), install: z.string() });

const overridesSchema = z
  .object({
    blocks: z.number().exactOptional(),
    precision: z.string().exactOptional(),
    until: z.literal('decided').exactOptional(),
    time: z.string().exactOptional(),
    margin: z.string().exactOptional(),
    maxBlocks: z.number().exactOptional(),
    retries: z.number().exactOptional(),
    duration: z.string().exactOptional(),
    warmup: z.string().exactOptional(),
    connections: z.number().exactOptional(),
    scale: z.number().exactOptional(),
    seed: z.number().exactOptional(),
    only: z.array(z.string()).exactOptional(),
    aa: z.string().exactOptional().describe('The candidate that was entered twice.'),
  })
  .describe('What the command line changed of the plan file.');

/** The journal's records, in the order in which a race writes them. */
export const journalRecordSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('race'),
    version: z.literal(resultVersion),
    id: z.string(),
    startedAt: z.string(),
    plan: planSchema,
    environment: environmentSchema,
    missing: z.array(missingTool),
    overrides: overridesSchema,
  }),
  z.object({
    type: z.literal('resume'),
    resumedAt: z.string(),
    torn: z.boolean().describe('The last line had been cut short and was dropped.'),
    blocks: count
      .optional()
      .describe('The blocks that the race is to have from then on, where they are more than it had.'),
  }),
  z
    .object({
      type: z.literal('look'),
      blocks: count,
      horizon: count.describe('The blocks that the time allowed was expected to hold.'),
      elapsedMs: z.number().describe('Time that the blocks have taken so far.'),
      isDecided: z.boolean(),
      isLast: z.boolean().describe('The time or the blocks allowed are over.'),
    })
    .describe('A race until it is decided was looked at after a block.'),
  candidateSchema.extend({ type: z.literal('candidate') }),
  z.object({ type: z.literal('round'), candidate: z.string(), round: roundSchema }),
  z.object({
    type: z.literal('end'),
    endedAt: z.string(),
    outcome: z.enum(['done', 'failed', 'interrupted']),
    reason: z.string().optional(),
  }),
]);

export const raceResultSchema = z.object({
  version: z.literal(resultVersion),
  id: z.string(),
  startedAt: z.string(),
  endedAt: z.string().optional(),
  outcome: z.enum(['done', 'failed', 'interrupted', 'unfinished']),
  reason: z.string().optional(),
  plan: planSchema,
  environment: environmentSchema,
  missing: z.array(missingTool).describe('Parts that the race ran without, and the command that installs each.'),
  overrides: overridesSchema,
  resumedAt: z.array(z.string()).describe('When it was taken up again after it had ended too early.'),
  candidates: z.array(candidateResultSchema),
  looks: looksSchema
    .optional()
    .describe(
      'Where the race could have ended before, or had ended before blocks were added; absent: only at its end.',
    ),
  comparisons: z.array(comparisonSchema).describe('Every pair of candidates on every figure.'),
  best: z
    .array(bestSchema)
    .optional()
    .describe('Of each point at which one is shown: the candidate that serves most. Absent in older results.'),
  gates: z.array(raceGateSchema).describe('Checks of the race as a whole.'),
});

export type CandidateFacts = Readonly<z.infer<typeof candidateSchema>>;
export type CandidateResult = Readonly<z.infer<typeof candidateResultSchema>>;
export type Environment = Readonly<z.infer<typeof environmentSchema>>;
export type ConditionFacts = Readonly<z.infer<typeof conditionsSchema>>;
export type PlanFacts = Readonly<z.infer<typeof planSchema>>;
export type MissingTool = Readonly<z.infer<typeof missingTool>>;
export type JournalRecord = Readonly<z.infer<typeof journalRecordSchema>>;
export type RaceResult = Readonly<z.infer<typeof raceResultSchema>>;
export type FigureEstimate = Readonly<z.infer<typeof estimate>>;

/** JSON Schema of race.json. */
export const raceResultJsonSchema = (): object => z.toJSONSchema(raceResultSchema);
