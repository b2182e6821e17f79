import { z } from 'zod';
import { gateEffect } from './round.ts';

/** What candidates are compared on. */
export const metricNames = ['requestsPerSecond', 'p50Ms', 'p99Ms', 'cpuMsPerRequest', 'peakMemoryMiB'] as const;
export type MetricName = (typeof metricNames)[number];

export const comparisonSchema = z
  .object({
    a: z.string(),
    b: z.string(),
    metric: z.enum(metricNames),
    ratio: z.number().describe('a / b: geometric mean over the blocks that both measured.'),
    low: z
      .number()
      .optional()
      .describe(
        'Interval of the ratio, which decides the verdict; absent after one block. All pairs of a family on one figure hold together at 95 %.',
      ),
    high: z.number().optional(),
    blocks: z.number(),
    verdict: z
      .enum(['faster', 'slower', 'same', 'cant-tell', 'withheld'])
      .describe(
        'The verdict on a against b; faster stands for better, whatever the metric. Faster or slower exactly if the interval excludes 1.',
      ),
    isNegligible: z.boolean().optional().describe('Faster or slower, but shown to be by less than the margin.'),
    adjustedP: z
      .number()
      .optional()
      .describe(
        'Only in older results, whose intervals are of single pairs and whose verdicts are by this p value, adjusted for all pairs (Holm).',
      ),
    margin: z.number().describe('Differences within it are the same: the plan’s equivalence margin.'),
    mde: z
      .number()
      .optional()
      .describe('The smallest difference that four of five such races would find; 0.03 is 3 %.'),
    moreRounds: z.number().optional().describe('About how many more blocks would tell.'),
    reason: z.string().optional().describe('Why the verdict is withheld.'),
  })
  .describe('Two candidates on one figure.');

export const bestSchema = z
  .object({
    candidate: z.string(),
    over: z.array(
      z.object({
        candidate: z.string(),
        ratio: z.number().describe('The best / this one: geometric mean over the blocks that both measured.'),
        low: z.number().describe('The least that the ratio is: bounds that hold together at 95 % (Hsu), all above 1.'),
      }),
    ),
  })
  .describe('The candidate at a point that is shown to serve more requests per second than each of the others there.');

export const raceGateSchema = z.object({
  name: z.string(),
  ok: z.boolean(),
  effect: gateEffect.exclude(['refuses']),
  candidates: z.array(z.string()).describe('Whom it concerns: the pairs made of these; empty is everybody.'),
  value: z.number().optional(),
  limit: z.number().optional(),
  reason: z.string().optional().describe('Why it is closed.'),
});

export type BestResult = Readonly<z.infer<typeof bestSchema>>;
export type ComparisonResult = Readonly<z.infer<typeof comparisonSchema>>;
export type RaceGate = Readonly<z.infer<typeof raceGateSchema>>;
