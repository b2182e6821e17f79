import { z } from 'zod';
import { seriesSchema } from './series.ts';
import { telemetrySchema } from './telemetry.ts';

/** Pictures make room for every block; no plan has more. */
const mostBlocks = 1_000;

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
  runQueueDelaySeconds: z.number().optional().describe('Time that its threads were ready and waited for a core.'),
  unmeasured: z.string().optional().describe('Why a figure above is absent.'),
});

export const gateEffect = z
  .enum(['refuses', 'withholds', 'warns'])
  .describe(
    'What a closed gate does: refuses the round (it is played again), withholds verdicts once it is closed in most rounds, or warns.',
  );

const gate = z.object({
  name: z.string(),
  ok: z.boolean(),
  effect: gateEffect,
  value: z.number().optional(),
  limit: z.number().optional(),
  reason: z.string().optional().describe('Why it is closed.'),
});

export const mismatch = z.object({ path: z.string(), expected: z.string(), actual: z.string() });

export const roundSchema = z.object({
  block: z.int().min(1).max(mostBlocks).describe('The number of the block, from 1.'),
  position: z.number().describe('Place in the planned order of its block, from 1.'),
  attempt: z.number().describe('1, or more where an earlier one in the same block was refused or failed.'),
  startedAt: z.string(),
  outcome: z
    .enum(['measured', 'refused', 'failed'])
    .describe('Refused: it ran, but a gate says that its numbers mean nothing. Failed: it could not be finished.'),
  reason: z.string().optional().describe('Why it was refused or failed.'),
  code: z.string().optional().describe('The code of the error that a failed round ended with; see docs/errors.md.'),
  requestsPerSecond: z.number().optional().describe('Right answers per second of the timed part.'),
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
  settling: z
    .object({ seconds: z.number(), isSettled: z.boolean(), perSecond: z.array(z.number()) })
    .optional()
    .describe('The load before the warm-up, until throughput had found its level.'),
  telemetry: telemetrySchema.optional(),
  components: z.array(componentUsage).optional(),
  series: seriesSchema.optional().describe('Usage of each component, and queues, over the timed part.'),
  ledger: z
    .object({ roundTrips: z.number(), perRequest: z.number() })
    .optional()
    .describe('Database round trips of the timed part; those of requests that were cut off are in it.'),
  database: z
    .object({
      checksum: z.string().describe('Of all rows, columns and sequences, before the server was started.'),
      isRestored: z.boolean().describe('Whether it was restored for this round: from when anything wrote, each is.'),
      restoreMs: z.number().describe('How long restoring and comparing took.'),
    })
    .optional()
    .describe('What the round began with.'),
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
        by: z
          .enum(['relay', 'kernel'])
          .optional()
          .describe(
            'Who delays: a process of pitwall’s, or the kernel (netem); absent in older races, which had relays only.',
          ),
        isRealTime: z
          .boolean()
          .optional()
          .describe('Whether the relay ran with real-time priority, so that busy cores did not make it late.'),
      }),
    )
    .optional()
    .describe('What each emulated link was asked to do and what it did.'),
  clockJumpMs: z.number().optional().describe('Wall clock less monotonic clock over the timed part.'),
  gates: z.array(gate).optional(),
});

export type Gate = Readonly<z.infer<typeof gate>>;
export type ComponentFigures = Readonly<z.infer<typeof componentUsage>>;
export type RoundResult = Readonly<z.infer<typeof roundSchema>>;
