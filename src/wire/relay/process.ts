import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { describeThrown, machineNowNs, PitwallError, systemClock } from '../../base/index.ts';
import { parseAddress } from './address.ts';
import { startTap, type Tap } from './relay.ts';
import { setTimerSlack } from './timer.ts';

/*
 * A tap in a process of its own, for the race: one JSON line of configuration on stdin, then commands, a line
 * each; answers are JSON lines on stdout. It ends with its stdin, or by SIGTERM.
 */
const configuration = z.strictObject({
  listen: z.string(),
  upstream: z.string(),
  count: z.enum(['none', 'layer4', 'messages']).default('messages'),
  rttMs: z.number().nonnegative().optional(),
  jitterMs: z.number().nonnegative().optional(),
  bytesPerSecond: z.number().positive().optional(),
  tls: z.enum(['passthrough', 'terminate']).default('passthrough'),
  keyFile: z.string().optional(),
  certFile: z.string().optional(),
  holdGapMs: z.number().positive().optional(),
  seed: z.int().optional(),
});
const command = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('snapshot'), id: z.number() }),
  z.strictObject({ type: z.literal('connections'), id: z.number() }),
  /** By the machine's clock; now where it is past or not given. */
  z.strictObject({ type: z.literal('reset'), atNs: z.number().optional() }),
]);

/** The configuration line of a tap's process. */
export type TapProcessConfiguration = z.input<typeof configuration>;
/** A line that a tap's process takes. */
export type TapProcessCommand = z.infer<typeof command>;

const say = (line: object): void => void process.stdout.write(`${JSON.stringify(line)}\n`);

const start = async (line: string): Promise<Tap> => {
  const config = configuration.parse(JSON.parse(line));
  const { keyFile, certFile } = config;
  if (config.tls === 'terminate' && (keyFile === undefined || certFile === undefined)) {
    throw new PitwallError('observe.invalid', 'To terminate TLS, the tap needs keyFile and certFile.');
  }
  return startTap({
    listen: parseAddress(config.listen),
    upstream: parseAddress(config.upstream),
    count: config.count,
    clock: systemClock,
    ...(config.rttMs === undefined
      ? {}
      : {
          link: {
            rttMs: config.rttMs,
            ...(config.jitterMs === undefined ? {} : { jitterMs: config.jitterMs }),
            ...(config.bytesPerSecond === undefined ? {} : { bytesPerSecond: config.bytesPerSecond }),
          },
        }),
    ...(config.tls === 'terminate'
      ? { terminate: { key: readFileSync(keyFile!), cert: readFileSync(certFile!) } }
      : {}),
    ...(config.holdGapMs === undefined ? {} : { holdGapMs: config.holdGapMs }),
    ...(config.seed === undefined ? {} : { seed: config.seed }),
  });
};

const handleCommand = (tap: Tap, line: string): void => {
  const parsed = command.safeParse(parseJson(line));
  if (!parsed.success) {
    say({ type: 'error', message: `not a command: ${line.slice(0, 200)}` });
    return;
  }
  const asked = parsed.data;
  switch (asked.type) {
    case 'snapshot':
      say({ type: 'snapshot', id: asked.id, ...tap.snapshot() });
      break;
    case 'connections':
      say({ type: 'connections', id: asked.id, connections: tap.connections() });
      break;
    case 'reset':
      resetAt(tap, asked.atNs);
      break;
    default:
      asked satisfies never;
  }
};

const resetAt = (tap: Tap, atNs = 0): void => {
  const leftMs = (atNs - machineNowNs()) / 1e6;
  if (leftMs > 0) setTimeout(() => tap.reset(), leftMs).unref();
  else tap.reset();
};

const parseJson = (line: string): unknown => {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
};

const main = async (): Promise<void> => {
  setTimerSlack();
  const lines = createInterface({ input: process.stdin });
  let tap: Tap | undefined;
  process.on('SIGTERM', () => lines.close());
  process.on('SIGINT', () => lines.close());
  for await (const line of lines) {
    if (tap !== undefined) {
      handleCommand(tap, line);
      continue;
    }
    tap = await start(line);
    say({ type: 'ready', ...('port' in tap.address ? { port: tap.address.port } : { path: tap.address.path }) });
  }
  await tap?.close();
};

main().then(
  () => process.exit(0),
  (error: unknown) => {
    say({ type: 'error', message: describeThrown(error) });
    process.exit(1);
  },
);
