import { z } from 'zod';

const vector = {
  roundTrips: z.number().describe('Waits for the database.'),
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
    overlapped: z
      .number()
      .optional()
      .describe(
        'Messages per request that were sent into an answer that was not complete (pipelining). Then the round trips are at least those counted.',
      ),
    connectRoundTrips: z
      .object({ tcp: z.number(), tls: z.number(), auth: z.number().optional() })
      .describe('Those of the round trips that opening connections took.'),
    afterResponse: z.number().describe('Round trips that came after the answer had been sent.'),
    idlePerSecond: z.number().describe('Round trips per second without any request.'),
    latencyMs: z.number().describe('Mean of the serial requests.'),
    serverMs: z.number().describe('Waiting for the first byte of the database, all round trips of a request.'),
    streamMs: z.number().describe('The time from its first byte to its last, likewise.'),
    holdMs: z.number().optional().describe('Mean time that a connection was held.'),
    underLoad: z
      .object({ requests: z.number(), roundTrips: z.number() })
      .describe('The same count a request at full load.'),
    slope: z
      .object({ roundTrips: z.number(), low: z.number().optional(), high: z.number().optional() })
      .optional()
      .describe('Round trips by the slope of latency over added delay.'),
    statementTexts: z
      .array(
        z.object({
          text: z.string(),
          prepares: z.number(),
          executes: z.number(),
          roundTrips: z
            .object({
              preparing: z.number().describe('It is prepared, and nothing runs.'),
              alone: z.number().describe('It runs once, and nothing else does.'),
              shared: z.number().describe('It runs several times, or others run with it.'),
            })
            .optional()
            .describe('Round trips that begin with it.'),
        }),
      )
      .describe('A request.'),
    shapes: z
      .array(z.object({ shape: z.string(), count: z.number() }))
      .optional()
      .describe('Round trips per request by the letters of their messages, client / server.'),
    waterfall: z
      .array(
        z.object({ up: z.string(), down: z.string(), startMs: z.number(), serverMs: z.number(), streamMs: z.number() }),
      )
      .describe('The round trips of one request: message letters both ways, and times.'),
  })
  .describe('A request’s cost on the wire between server and database.');
