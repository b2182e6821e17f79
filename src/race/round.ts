import { createScope, messageOf } from '../base/index.ts';
import { type LoadJob, type LoadResult, loadJob } from '../load/index.ts';
import { type ComponentUsage, type Recorder, startRecorder } from '../observe/index.ts';
import type { LinkPlace, Mismatch, Plan } from '../plan/index.ts';
import type { ComponentFigures, Gate, RoundResult, Surroundings } from '../result/index.ts';
import type { HostProcess, RoundStage, StageContext } from '../stage/index.ts';
import type { StageLinks } from './links.ts';
import { type LoadProcessHooks, runLoadToEnd } from './load-process.ts';
import { type SurroundingsWatch, watchSurroundings } from './surroundings.ts';
import type { TapSnapshot } from './tap-process.ts';

/** How often usage is sampled; peaks are the highest of these windows. */
const recordIntervalMs = 1_000;
const mismatchesKept = 5;

/** What a timed round gave, before it becomes a line of the journal. */
export interface RoundEvidence {
  readonly load: LoadResult;
  readonly usage: readonly ComponentUsage[];
  /** What links and taps saw in the timed part. */
  readonly taps: readonly (TapSnapshot & { readonly place: LinkPlace })[];
  readonly surroundings: Surroundings | undefined;
}

/** Loads a running stage and records it. Rejects when a component dies under it. */
export const playRound = async (
  context: StageContext,
  stage: RoundStage,
  links: StageLinks,
  { plan, label, onTick }: { plan: Plan; label: string; onTick: NonNullable<LoadProcessHooks['onTick']> },
): Promise<RoundEvidence> => {
  let recorder: Recorder | undefined;
  let usage: readonly ComponentUsage[] = [];
  let taps: Promise<RoundEvidence['taps']> = Promise.resolve([]);
  let watch: Promise<SurroundingsWatch> | undefined;
  let surroundings: Promise<Surroundings> | undefined;
  await using scope = createScope();
  scope.defer(() => void recorder?.stop());
  scope.defer(async () => {
    // Where the round ended early the samplers still hold their connections.
    if (surroundings === undefined) await (await watch)?.stop();
  });
  const load = await runLoadToEnd(context, stage, loadJobOf(plan, stage), label, {
    onTick,
    onMeasuring(process) {
      for (const tap of links.opened.values()) tap.reset();
      recorder = startRecorder({
        targets: targetsOf(stage, process),
        intervalMs: recordIntervalMs,
        clock: context.clock,
      });
      watch = watchSurroundings(stage.consoles, plan.instruments, context.clock);
    },
    onMeasured() {
      usage = recorder?.stop() ?? [];
      recorder = undefined;
      taps = readTaps(links);
      surroundings = watch?.then((running) => running.stop());
      // Awaited below; a tap that died is reported there, not as an unhandled rejection.
      taps.catch(() => {});
    },
  });
  return { load, usage, taps: await taps, surroundings: await surroundings };
};

const readTaps = (links: StageLinks): Promise<RoundEvidence['taps']> =>
  Promise.all([...links.opened].map(async ([place, tap]) => ({ place, ...(await tap.snapshot()) })));

/** The plan's load, aimed at a stage. */
export const loadJobOf = (plan: Plan, stage: RoundStage): LoadJob =>
  loadJob({
    target: stage.entrance,
    authority: `${stage.entrance.host}:${stage.entrance.port}`,
    requests: plan.workload.data.requests.map(({ headers, ...request }) => ({ ...request, headers: { ...headers } })),
    model: { kind: 'closed', connections: plan.connections },
    stop: { durationMs: plan.durationMs },
    warmupMs: plan.warmupMs,
    timeoutMs: plan.timeoutMs,
    sampleRatio: plan.sampleRatio,
    seed: plan.seed,
  });

const targetsOf = (stage: RoundStage, load: HostProcess) => [
  { name: 'load', pid: load.pid },
  ...stage.components.map(({ name, process }) => ({ name, pid: process.pid })),
];

/** Where in the race a round stands. */
export interface RoundPlace {
  readonly block: number;
  readonly position: number;
  readonly startedAt: string;
}

/** The journal's view of a round that could not be finished. */
export const failedRound = (place: RoundPlace, reason: unknown): RoundResult => ({
  ...place,
  outcome: 'failed',
  reason: messageOf(reason),
});

/** The journal's view of a round that was: sampled answers are compared with the contract here, after the clock stopped. */
export const measuredRound = (
  place: RoundPlace,
  plan: Plan,
  { load, usage, taps, surroundings }: RoundEvidence,
): RoundResult => {
  const mismatches = checkSamples(plan, load);
  const counts = {
    ...load.counts,
    ok: load.counts.ok - mismatches.length,
    wrong: load.counts.wrong + mismatches.length,
  };
  const gates = gatesOf(load, mismatches.length);
  const refused = gates.filter((gate) => !gate.ok && refusing.has(gate.name));
  return {
    ...place,
    outcome: refused.length === 0 ? 'measured' : 'failed',
    ...(refused.length === 0 ? {} : { reason: refused.map((gate) => gate.reason ?? gate.name).join('; ') }),
    requestsPerSecond: (counts.ok * 1_000) / load.elapsedMs,
    elapsedSeconds: load.elapsedMs / 1_000,
    ...counts,
    checked: load.samples.length,
    mismatches: mismatches.slice(0, mismatchesKept),
    latencyMs: load.latencyMs,
    histogram: load.histograms.serviceTimeNs,
    timeline: load.timeline.filter((window) => !window.isWarmup).map(({ isWarmup: _, ...window }) => window),
    components: usage.map(figuresOf),
    ...(surroundings === undefined ? {} : { surroundings }),
    ...ledgerOf(taps, counts.ok + counts.wrong + counts.status),
    ...(taps.some(({ link }) => link.askedRttMs > 0) ? { links: linksOf(taps) } : {}),
    gates: [...gates],
  };
};

const ledgerOf = (taps: RoundEvidence['taps'], requests: number): Pick<RoundResult, 'ledger'> => {
  const tap = taps.find(({ place }) => place === 'server-database');
  if (tap === undefined || requests === 0) return {};
  const { turnarounds } = tap.ledger;
  return { ledger: { turnarounds, perRequest: turnarounds / requests } };
};

const linksOf = (taps: RoundEvidence['taps']): RoundResult['links'] =>
  Object.fromEntries(
    taps
      .filter(({ link }) => link.askedRttMs > 0)
      .map(({ place, link: { askedRttMs, rtt } }) => [
        place,
        {
          rttMs: {
            asked: askedRttMs,
            ...(rtt === undefined ? {} : { p50: rtt.p50Ms, p99: rtt.p99Ms, mean: rtt.meanMs }),
          },
        },
      ]),
  );

const checkSamples = (plan: Plan, load: LoadResult): readonly Mismatch[] =>
  load.samples
    .map(({ requestIndex, status, headers, bodyBase64 }) =>
      plan.workload.data.checkAnswer(requestIndex, { status, headers, body: Buffer.from(bodyBase64, 'base64') }),
    )
    .filter((mismatch) => mismatch !== undefined);

/** A round with these gates closed says nothing about the candidate's speed. */
const refusing: ReadonlySet<string> = new Set(['contract', 'errors']);

const gatesOf = (load: LoadResult, mismatches: number): readonly Gate[] => {
  const { status, reset, timeout, wrong } = load.counts;
  const errors = status + reset + timeout + wrong;
  const total = errors + load.counts.ok;
  return [
    {
      name: 'contract',
      ok: mismatches === 0,
      value: mismatches,
      limit: 0,
      ...(mismatches === 0
        ? {}
        : { reason: `${mismatches} of ${load.samples.length} sampled answers break the contract` }),
    },
    {
      name: 'errors',
      ok: errors === 0 && load.counts.ok > 0,
      value: errors,
      limit: 0,
      ...(errors === 0 && load.counts.ok > 0 ? {} : { reason: describeErrors(load, errors, total) }),
    },
    ...load.flags.map(({ name, ok, value, limit, explain }) => ({
      name,
      ok,
      value,
      limit,
      ...(ok ? {} : { reason: explain }),
    })),
  ];
};

const describeErrors = (load: LoadResult, errors: number, total: number): string => {
  if (errors === 0) return 'no request was answered';
  const messages = [
    ...Object.entries(load.statusCodes)
      .filter(([code]) => !/^[23]/.test(code))
      .map(([code, count]) => `${count} x status ${code}`),
    // What was cut off at the deadline is no failure, though the load generator lists it.
    ...Object.entries(load.errors)
      .filter(([message]) => !message.startsWith('cut off'))
      .map(([message, count]) => `${count} x ${message}`),
  ];
  return `${errors} of ${total} requests failed: ${messages.slice(0, 3).join(', ')}`;
};

const figuresOf = ({ samples: _, unavailable, ...usage }: ComponentUsage): ComponentFigures => ({
  name: usage.name,
  cpuSeconds: usage.cpuSeconds,
  cpuPercent: usage.cpuPercent,
  peakCpuPercent: usage.peakCpuPercent,
  ...(usage.pssMiB === undefined ? {} : { pssMiB: usage.pssMiB }),
  ...(usage.peakPssMiB === undefined ? {} : { peakPssMiB: usage.peakPssMiB }),
  rssMiB: usage.rssMiB,
  peakRssMiB: usage.peakRssMiB,
  ...(unavailable.length === 0
    ? {}
    : { unmeasured: unavailable.map(({ quantity, reason }) => `${quantity}: ${reason}`).join('; ') }),
});
