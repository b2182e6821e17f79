import { z } from 'zod';

const level = z.object({ mean: z.number(), peak: z.number() });

/** What stood around the candidate saw in the timed part of a round. What is absent was off or could not be read. */
export const telemetrySchema = z.object({
  proxy: z
    .object({
      queued: level.describe('Requests that waited for a server slot.'),
      sessions: level.describe('Requests inside.'),
      sessionLimit: z.number().optional().describe('maxconn.'),
    })
    .optional(),
  pooler: z
    .object({
      waitMsPerTransaction: z.number().optional().describe('For a server connection.'),
      transactions: z.number(),
      clientsActive: level,
      clientsWaiting: level,
      serversActive: level,
    })
    .optional(),
  server: z
    .object({
      connectionsByProcess: z
        .array(z.number())
        .describe('Connections at each process of the candidate that had some, the most first, mean.'),
    })
    .optional(),
  database: z.record(z.string(), z.number()).optional().describe('Client backends by state and wait event, mean.'),
  machine: z
    .object({
      busyRatio: z.number().optional(),
      otherRatio: z.number().optional().describe('Used by processes that are no part of the race.'),
      stealRatio: z.number().optional().describe('Time that a hypervisor gave to others.'),
      cpuPressureRatio: z.number().optional().describe('Time in which some task waited for a core.'),
      memoryPressureRatio: z.number().optional(),
      ioPressureRatio: z.number().optional(),
    })
    .optional(),
  unavailable: z.array(z.string()).describe('What could not be read, and why.'),
});

export type Telemetry = Readonly<z.infer<typeof telemetrySchema>>;
