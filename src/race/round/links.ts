import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ComponentName, createScope, present } from '../../base/index.ts';
import { findHome, type Link, type OpenLink, type StageContext, type TcpAddress } from '../../components/index.ts';
import type { Host, KernelDelay } from '../../hosts/index.ts';
import type { LinkPlace, Plan } from '../../plan/index.ts';
import type { LedgerSnapshot, LinkSnapshot } from '../../wire/index.ts';
import { startPings } from './pings.ts';
import { startTapProcess, type TapProcess, type TapSettings } from './tap-process.ts';

/**
 * How much the wire between server and database is looked at: `none` unless a link lies there anyway,
 * `passthrough` counts round trips and leaves TLS alone, `messages` takes TLS off with the database's certificate.
 */
export type TapMode = 'none' | 'passthrough' | 'messages';

/** What was seen of a link since the last reset. */
export interface LinkReadings extends Pick<LinkSnapshot, 'askedRttMs' | 'rtt'> {
  readonly by: 'relay' | 'kernel';
  /** Whether a relay was granted real-time priority; absent for other links. */
  readonly isRealTime?: boolean;
  /** Where the link counts round trips too. */
  readonly ledger?: LedgerSnapshot;
}

/** A link, a tap, or both in one place. */
export interface StageLink extends Link {
  /** Where round trips are counted. */
  readonly tap: TapProcess | undefined;
  snapshot(): Promise<LinkReadings>;
  /** At a time of the machine's clock; now without one. */
  reset(atNs?: number): void;
}

/** The links and taps of one stage, opened as the stage asks for them. */
export interface StageLinks {
  readonly open: OpenLink;
  /** Those that were opened, by place. */
  readonly opened: ReadonlyMap<LinkPlace, StageLink>;
}

export const createLinks = (context: StageContext, plan: Plan, mode: TapMode): StageLinks => {
  const opened = new Map<LinkPlace, StageLink>();
  return {
    opened,
    async open(place, component, upstream, logFile) {
      const isTapped = place === 'server-database' && mode !== 'none';
      const asked = plan.links[place];
      if (asked === undefined && !isTapped) return undefined;
      const at = { context, plan, mode, place, component, upstream, logFile };
      const byKernel = await findKernelLink(context, plan, place);
      const link = byKernel === undefined ? await openRelay(at) : await openKernelLink(at, byKernel, isTapped);
      opened.set(place, link);
      return link;
    },
  };
};

interface LinkSpot {
  readonly context: StageContext;
  readonly plan: Plan;
  readonly mode: TapMode;
  readonly place: LinkPlace;
  readonly component: ComponentName;
  readonly upstream: TcpAddress;
  readonly logFile: string;
}

/** The one of the two ends of such a place that connects to nothing else: its pair of devices is the link. */
const ends = {
  'client-proxy': { outer: 'client', from: 'client', to: 'proxy' },
  'server-database': { outer: 'database', from: 'server', to: 'database' },
} as const;

const hasEnds = (place: LinkPlace): place is keyof typeof ends => place in ends;

/** A link that the kernel can be: its delay, and the hosts at its ends. */
interface KernelLink {
  readonly delay: KernelDelay;
  readonly rttMs: number;
  readonly near: Host;
  readonly far: Host;
}

/** A delay and nothing else is the kernel's where it can; a relay keeps the order of bytes under jitter, and shares a rate out. */
const findKernelLink = async (
  { hosts, host }: StageContext,
  { links }: Plan,
  place: LinkPlace,
): Promise<KernelLink | undefined> => {
  const asked = links[place];
  if (asked === undefined || asked.rttMs === 0 || !hasEnds(place)) return undefined;
  if (asked.jitterMs !== undefined || asked.bytesPerSecond !== undefined) return undefined;
  const { outer, from, to } = ends[place];
  const { delay } = hosts[outer];
  if (delay === undefined || (await host.which('ping')) === undefined) return undefined;
  return { delay, rttMs: asked.rttMs, near: hosts[from], far: hosts[to] };
};

const openRelay = async ({
  context,
  plan,
  mode,
  place,
  component,
  upstream,
  logFile,
}: LinkSpot): Promise<StageLink> => {
  const home = findHome(context, component);
  const counted = place === 'server-database';
  const counting: TapSettings = counted ? await tapSettings(context, plan, mode) : { seed: plan.seed, count: 'none' };
  const settings = { ...plan.links[place], ...counting };
  const tap = await startTapProcess(context, { component, upstream, logFile, ...home }, settings);
  return {
    ...tap,
    tap: counted ? tap : undefined,
    async snapshot() {
      const { link, ledger } = await tap.snapshot();
      const { isRealTime } = tap.process;
      const { askedRttMs, rtt } = link;
      return { by: 'relay', isRealTime, askedRttMs, ...present('rtt', rtt), ...(counted ? { ledger } : {}) };
    },
  };
};

/**
 * The kernel delays, pings measure it, and a tap counts only where the plan wants that: behind the delay, so that what it sees of the
 * database side is without it.
 */
const openKernelLink = async (
  { context, plan, mode, component, upstream, logFile }: LinkSpot,
  { delay, rttMs, near, far }: KernelLink,
  isTapped: boolean,
): Promise<StageLink> => {
  await using scope = createScope();
  scope.defer(() => delay.setRtt(0));
  await delay.setRtt(rttMs);
  const pings = scope.use(await startPings(near, far, component, logFile));
  const { placement } = findHome(context, component);
  const tap = isTapped
    ? scope.use(
        await startTapProcess(
          context,
          { component, upstream, logFile, host: far, placement },
          await tapSettings(context, plan, mode),
        ),
      )
    : undefined;
  const held = scope.move();
  return {
    address: tap?.address ?? upstream,
    process: tap?.process ?? pings.process,
    tap,
    async snapshot() {
      return {
        by: 'kernel',
        askedRttMs: rttMs,
        ...present('rtt', pings.summary()),
        ...(tap === undefined ? {} : { ledger: (await tap.snapshot()).ledger }),
      };
    },
    reset(atNs) {
      pings.reset(atNs);
      tap?.reset(atNs);
    },
    [Symbol.asyncDispose]: () => held[Symbol.asyncDispose]() as Promise<void>,
  };
};

const tapSettings = async (context: StageContext, plan: Plan, mode: TapMode): Promise<TapSettings> => ({
  seed: plan.seed,
  count: 'messages',
  ...(mode === 'messages' ? { tls: 'terminate', ...(await writeCertificate(context)) } : {}),
});

const writeCertificate = async ({ runFolder, databaseCertificate }: StageContext) => {
  const files = { keyFile: join(runFolder, 'tap.key'), certFile: join(runFolder, 'tap.crt') };
  await writeFile(files.keyFile, databaseCertificate.key, { mode: 0o600 });
  await writeFile(files.certFile, databaseCertificate.cert);
  return files;
};
