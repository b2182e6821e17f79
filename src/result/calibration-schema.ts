import { z } from 'zod';

const vector = {
  turnarounds: z.number().describe('Waits for the database.'),
  readyForQuery: z.number(),
  statements: z.number(),
  prepares: z.number(),
  connects: z.number().describe('Connections opened.'),
};

/** What the serial phase found that one request costs on the wire. */
export const calibrationSchema = z
  .object({
    requests: z.number().describe('Sent one after another.'),
    ...vector,
    bytesUp: z.number(),
    bytesDown: z.number(),
    stable: z.number().describe('Share of the requests that cost exactly this, 0 to 1 (bytes aside).'),
    distribution: z.array(z.object({ share: z.number(), vector: z.object(vector) })).optional(),
    connectTurnarounds: z
      .object({ tcp: z.number(), tls: z.number(), auth: z.number().optional() })
      .describe('Of the turnarounds, those that opening connections took.'),
    afterResponse: z.number().describe('Turnarounds that came after the answer had been sent.'),
    idlePerSecond: z.number().describe('Turnarounds a second without any request.'),
    latencyMs: z.number().describe('Mean of the serial requests.'),
    serverMs: z.number().describe('Waiting for the first byte of the database, all turnarounds of a request.'),
    streamMs: z.number().describe('From its first byte to its last, likewise.'),
    holdMs: z.number().optional().describe('Mean time that a connection was held.'),
    underLoad: z
      .object({ requests: z.number(), turnarounds: z.number() })
      .describe('The same count a request at full load.'),
    slope: z
      .object({ turnarounds: z.number(), low: z.number().optional(), high: z.number().optional() })
      .optional()
      .describe('Round trips by the slope of latency over added delay.'),
    statementTexts: z
      .array(z.object({ text: z.string(), prepares: z.number(), executes: z.number() }))
      .describe('A request.'),
    waterfall: z
      .array(
        z.object({ up: z.string(), down: z.string(), startMs: z.number(), serverMs: z.number(), streamMs: z.number() }),
      )
      .describe('The round trips of one request: message letters both ways, and times.'),
  })
  .describe('A request’s cost on the wire between server and database.');
