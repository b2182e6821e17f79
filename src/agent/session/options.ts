import type { SessionOptions } from 'node:http2';

/** What may be on its way in one stream before its reader has taken it. */
const streamWindowBytes = 2 ** 20;

/** The same on both sides: without `maxSessionMemory` large bodies end with ENHANCE_YOUR_CALM. */
export const sessionOptions = {
  maxSessionMemory: 256,
  settings: { enablePush: false, initialWindowSize: streamWindowBytes, maxConcurrentStreams: 1_000 },
} as const satisfies SessionOptions;
