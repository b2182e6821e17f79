import { z } from 'zod';
import { metricNames } from '../../result/index.ts';
import type { RaceView } from '../view/race-view.ts';

/** Raised when the meaning of a field changes. */
const reportVersion = 1;

const reportSchema = z
  .object({
    version: z.literal(reportVersion),
    race: z.string().describe('Its id; race.json in its folder has everything else.'),
    headline: z.object({
      decided: z.boolean().describe('The first two differ, or are shown to be the same.'),
      sentence: z.string(),
      rest: z.array(z.string()),
      cautions: z.array(z.string()).describe('Gates that were closed in rounds which the sentence rests on.'),
    }),
    order: z.array(z.string()).describe('Names of the candidates, fastest first; those without figures last.'),
    comparisons: z.array(
      z.object({
        a: z.string(),
        b: z.string(),
        metric: z.enum(metricNames),
        ratio: z.number().describe('a over b: the geometric mean over blocks.'),
        low: z.number().optional().describe('The lower end of the 95 % interval; absent after a single block.'),
        high: z.number().optional(),
        verdict: z
          .enum(['faster', 'slower', 'same', 'cant-tell', 'withheld'])
          .describe('The verdict on a against b; faster stands for better: lower latency, CPU and memory.'),
      }),
    ),
    models: z
      .array(
        z.object({
          candidate: z.string(),
          bottleneck: z.array(z.string()).describe('What limits it; several where one cannot be named.'),
          evidence: z.string(),
          explained: z
            .boolean()
            .describe('The model gives the measured rate; otherwise the evidence says what is missing.'),
          predictedPerSecond: z.number(),
          measuredPerSecond: z.number(),
          utilisation: z.record(z.string(), z.number()).describe('How busy each resource was, 0 to 1.'),
        }),
      )
      .describe('What binds each candidate, where it was calibrated.'),
    percentiles: z.array(
      z.object({
        candidate: z.string(),
        requests: z.number(),
        points: z.array(
          z.object({
            quantile: z.number().describe('0.99 for p99.'),
            latencyMs: z.number().describe('The geometric mean of the rounds, as in the table.'),
            lowMs: z.number().describe('The least of the rounds.'),
            highMs: z.number().describe('The greatest of the rounds.'),
            supported: z.boolean().describe('At least 100 requests lie beyond it.'),
          }),
        ),
      }),
    ),
  })
  .describe('What a report says of a race, computed from its race.json.');

/** JSON Schema of `pitwall report --format json`. */
export const reportJsonSchema = (): object => z.toJSONSchema(reportSchema);

export const formatReportJson = ({ race, headline, entries, percentiles, models }: RaceView): string => {
  const report: z.infer<typeof reportSchema> = {
    version: reportVersion,
    race: race.id,
    headline: {
      decided: headline.kind === 'decided',
      sentence: headline.sentence,
      rest: [...headline.rest],
      cautions: [...headline.cautions],
    },
    order: entries.map(({ candidate }) => candidate.name),
    comparisons: race.comparisons.map(({ a, b, metric, ratio, low, high, verdict }) => ({
      a,
      b,
      metric,
      ratio,
      ...(low === undefined || high === undefined ? {} : { low, high }),
      verdict,
    })),
    models: models.map(({ entry, explanation }) => {
      const { bottleneck, uses, requestsPerSecond } = explanation.prediction;
      return {
        candidate: entry.candidate.name,
        bottleneck: bottleneck.kind === 'binds' ? [bottleneck.resource] : [...bottleneck.resources],
        evidence: explanation.kind === 'explained' ? bottleneck.evidence : explanation.why,
        explained: explanation.kind === 'explained',
        predictedPerSecond: requestsPerSecond.value,
        measuredPerSecond: explanation.measured.requestsPerSecond.value,
        utilisation: Object.fromEntries(uses.map(({ resource, utilisation }) => [resource, utilisation])),
      };
    }),
    percentiles: percentiles.map(({ entry, requests, points }) => ({
      candidate: entry.candidate.name,
      requests,
      points: points.map(({ isSupported, ...point }) => ({ ...point, supported: isSupported })),
    })),
  };
  return `${JSON.stringify(reportSchema.parse(report), null, 2)}\n`;
};
