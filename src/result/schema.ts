import { z } from 'zod';
import { calibrationSchema } from './calibration-schema.ts';

/** The version of what this file describes. Raised when the meaning of a number changes; readers refuse others. */
export const resultVersion = 1;

/** A mean over rounds; without bounds after a single round. */
const estimate = z.object({ mean: z.number(), low: z.number().optional(), high: z.number().optional() });

const latency = z
  .object({
    mean: z.number(),
    min: z.number(),
    p50: z.number(),
    p90: z.number(),
    p95: z.number(),
    p99: z.number(),
    max: z.number(),
  })
  .describe('Milliseconds.');

const componentUsage = z.object({
  name: z.string().describe('load, proxy, candidate, tap, pooler or database.'),
  cpuSeconds: z.number().optional(),
  cpuPercent: z.number().optional().describe('Mean over the timed part; 100 is one core.'),
  peakCpuPercent: z.number().optional().describe('Highest 1 s sample.'),
  pssMiB: z.number().optional().describe('Mean proportional set size: shared pages counted once.'),
  peakPssMiB: z.number().optional(),
  rssMiB: z
    .number()
    .optional()
    .describe('Mean resident set size, summed over processes: shared pages counted many times.'),
  peakRssMiB: z.number().optional(),
  unmeasured: z.string().optional().describe('Why a figure above is absent.'),
});

const gate = z.object({
  name: z.string(),
  ok: z.boolean(),
  value: z.number().optional(),
  limit: z.number().optional(),
  reason: z.string().optional(),
});

const mismatch = z.object({ path: z.string(), expected: z.string(), actual: z.string() });

const roundSchema = z.object({
  block: z.number().describe('From 1.'),
  position: z.number().describe('Place in its block, from 1.'),
  startedAt: z.string(),
  outcome: z.enum(['measured', 'failed']),
  reason: z.string().optional().describe('Why it failed.'),
  requestsPerSecond: z.number().optional().describe('Right answers a second of the timed part.'),
  elapsedSeconds: z.number().optional(),
  ok: z.number().optional(),
  wrong: z.number().optional(),
  status: z.number().optional(),
  reset: z.number().optional(),
  timeout: z.number().optional(),
  cutOff: z.number().optional(),
  neverSent: z.number().optional(),
  checked: z.number().optional().describe('Answers compared with the contract.'),
  mismatches: z.array(mismatch).optional(),
  latencyMs: latency.optional(),
  histogram: z.string().optional().describe('Service times in nanoseconds, HdrHistogram V2, compressed, base64.'),
  timeline: z
    .array(
      z.object({
        atMs: z.number(),
        ok: z.number(),
        failed: z.number(),
        p50Ms: z.number().optional(),
        p99Ms: z.number().optional(),
      }),
    )
    .optional()
    .describe('Windows of one second.'),
  components: z.array(componentUsage).optional(),
  ledger: z
    .object({ turnarounds: z.number(), perRequest: z.number() })
    .optional()
    .describe('Database round trips of the timed part; those of requests that were cut off are in it.'),
  links: z
    .record(
      z.string(),
      z.object({
        rttMs: z.object({
          asked: z.number(),
          p50: z.number().optional(),
          p99: z.number().optional(),
          mean: z.number().optional(),
        }),
      }),
    )
    .optional()
    .describe('What each emulated link was asked to do and what it did.'),
  gates: z.array(gate).optional(),
});

const candidateSchema = z.object({
  name: z.string(),
  status: z.enum(['ok', 'skipped', 'failed']),
  reason: z.string().optional(),
  about: z.string(),
  language: z.string(),
  settings: z.record(z.string(), z.number()),
  versions: z.record(z.string(), z.string()),
  sourceDigest: z.string().optional().describe('SHA-256 of the sources that were built.'),
  contract: z
    .object({ ok: z.boolean(), checked: z.number(), mismatches: z.array(mismatch.extend({ probe: z.string() })) })
    .optional(),
  calibration: calibrationSchema.optional(),
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
    })
    .optional(),
});

const environmentSchema = z.object({
  cpu: z.string(),
  cores: z.number(),
  memoryMiB: z.number(),
  kernel: z.string(),
  node: z.string(),
  versions: z.record(z.string(), z.string()),
});

const planSchema = z.object({
  name: z.string(),
  about: z.string().optional(),
  file: z.string(),
  workload: z.object({ name: z.string(), scale: z.number(), seed: z.number() }),
  candidates: z.array(z.string()),
  blocks: z.number(),
  durationMs: z.number(),
  warmupMs: z.number(),
  connections: z.number(),
  timeoutMs: z.number(),
  seed: z.number(),
  sampleRatio: z.number(),
  proxy: z.object({ maxconn: z.number(), pathPrefix: z.string() }).optional(),
  pooler: z.object({ connections: z.number() }).optional(),
  links: z.record(
    z.string(),
    z.object({ rttMs: z.number(), jitterMs: z.number().optional(), bytesPerSecond: z.number().optional() }),
  ),
  tap: z.enum(['off', 'calibration', 'rounds']),
});

const missingTool = z.object({ tool: z.string(), install: z.string() });

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
  }),
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
  candidates: z.array(candidateResultSchema),
});

export type Gate = Readonly<z.infer<typeof gate>>;
export type ComponentFigures = Readonly<z.infer<typeof componentUsage>>;
export type RoundResult = Readonly<z.infer<typeof roundSchema>>;
export type CandidateFacts = Readonly<z.infer<typeof candidateSchema>>;
export type CandidateResult = Readonly<z.infer<typeof candidateResultSchema>>;
export type Environment = Readonly<z.infer<typeof environmentSchema>>;
export type PlanFacts = Readonly<z.infer<typeof planSchema>>;
export type MissingTool = Readonly<z.infer<typeof missingTool>>;
export type JournalRecord = Readonly<z.infer<typeof journalRecordSchema>>;
export type RaceResult = Readonly<z.infer<typeof raceResultSchema>>;
export type FigureEstimate = Readonly<z.infer<typeof estimate>>;

/** JSON Schema of race.json. */
export const raceResultJsonSchema = (): object => z.toJSONSchema(raceResultSchema);
