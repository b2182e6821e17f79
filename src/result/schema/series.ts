import { z } from 'zod';

/** What a round looked like while it ran, beside its timeline. Columns of numbers, for they are many. */
export const seriesSchema = z.object({
  atMs: z
    .array(z.number())
    .describe(
      'Ends of the windows, on the clock of `timeline`: each begins where the one before ended, the first at the end of the warm-up.',
    ),
  components: z.array(
    z.object({
      name: z.string().describe('load, proxy, candidate, tap, pooler or database.'),
      cpuCores: z.array(z.number()).describe('Cores in use, mean over each window.'),
      memory: z
        .enum(['pss', 'rss'])
        .describe('pss: shared pages counted once. rss: counted once for each process, where pss cannot be read.'),
      memoryMiB: z
        .array(z.number())
        .describe(
          'At the end of each window. pss is read at most once a second: between its readings it is the resident size times the share that they give.',
        ),
    }),
  ),
  queues: z.array(
    z.object({
      name: z
        .enum(['proxy', 'pooler'])
        .describe('Where they waited: for a server slot of the proxy, or for a server connection.'),
      atMs: z.array(z.number()).describe('On the clock of `timeline`.'),
      waiting: z.array(z.number()).describe('How many, at that moment.'),
    }),
  ),
});

export type RoundSeries = Readonly<z.infer<typeof seriesSchema>>;
