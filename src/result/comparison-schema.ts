import { z } from 'zod';
import { gateEffect } from './round-schema.ts';

/** What candidates are compared on. */
export const metricNames = ['requestsPerSecond', 'p50Ms', 'p99Ms', 'cpuMsPerRequest', 'peakMemoryMiB'] as const;
export type MetricName = (typeof metricNames)[number];

export const comparisonSchema = z
  .object({
    a: z.string(),
    b: z.string(),
    metric: z.enum(metricNames),
    ratio: z.number().describe('a / b: geometric mean over the blocks that both measured.'),
    low: z.number().optional().describe('95 % interval of the ratio; absent after one block.'),
    high: z.number().optional(),
    blocks: z.number(),
    verdict: z
      .enum(['faster', 'slower', 'same', 'cant-tell', 'withheld'])
      .describe('Of a against b; faster stands for better, whatever the metric. Adjusted for all pairs (Holm).'),
    isNegligible: z.boolean().optional().describe('Faster or slower, but shown to be by less than the margin.'),
    adjustedP: z.number().optional(),
    margin: z.number().describe('Differences within it are the same: 2 %, or what the twins differed by.'),
    mde: z
      .number()
      .optional()
      .describe('The smallest difference that four of five such races would find; 0.03 is 3 %.'),
    moreRounds: z.number().optional().describe('About how many more blocks would tell.'),
    reason: z.string().optional().describe('Why the verdict is withheld.'),
  })
  .describe('Two candidates on one figure.');

export const raceGateSchema = z.object({
  name: z.string(),
  ok: z.boolean(),
  effect: gateEffect.exclude(['refuses']),
  candidates: z.array(z.string()).describe('Whom it concerns: the pairs made of these; empty is everybody.'),
  value: z.number().optional(),
  limit: z.number().optional(),
  reason: z.string().optional().describe('Why it is closed.'),
});

export type ComparisonResult = Readonly<z.infer<typeof comparisonSchema>>;
export type RaceGate = Readonly<z.infer<typeof raceGateSchema>>;
