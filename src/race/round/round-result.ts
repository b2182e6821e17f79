import { describeThrown, PitwallError } from '../../base/index.ts';
import type { LoadResult } from '../../load/index.ts';
import type { Mismatch, Plan, WorkloadData } from '../../plan/index.ts';
import type { ComponentFigures, RoundResult } from '../../result/index.ts';
import type { ComponentUsage } from '../../telemetry/index.ts';
import { roundGates } from '../gates/index.ts';
import type { RoundEvidence } from './round.ts';

const mismatchesKept = 5;

/** Where in the race a round stands. */
export interface RoundPlace {
  readonly block: number;
  readonly position: number;
  readonly attempt: number;
  readonly startedAt: string;
}

/** The journal's view of a round that could not be finished. */
export const failedRound = (place: RoundPlace, error: unknown): RoundResult => ({
  ...place,
  outcome: 'failed',
  reason: describeThrown(error),
  ...(error instanceof PitwallError ? { code: error.code } : {}),
});

/** What a finished round is judged by. */
export interface RoundTerms extends Pick<Plan, 'warmupMs' | 'links'> {
  readonly checkAnswer: WorkloadData['checkAnswer'];
}

/**
 * The journal's view of a round that was finished: sampled answers are compared with the contract here, after the clock
 * stopped, and the gates say whether it counts.
 */
export const finishedRound = (place: RoundPlace, plan: RoundTerms, evidence: RoundEvidence): RoundResult => {
  const { load, state, usage, links, stopped, settling, telemetry, series, clockJumpMs } = evidence;
  const mismatches = checkSamples(plan, load);
  const counts = {
    ...load.counts,
    ok: load.counts.ok - mismatches.length,
    wrong: load.counts.wrong + mismatches.length,
  };
  const gates = roundGates({
    load,
    warmupMs: plan.warmupMs,
    mismatches,
    usage,
    stopped,
    settling,
    machine: telemetry.machine ?? {},
    clockJumpMs,
    links: links.flatMap(({ place: between, rtt }) => {
      const asked = plan.links[between];
      return asked === undefined ? [] : [{ place: between, asked, achieved: rtt }];
    }),
  });
  const refused = gates.filter((gate) => !gate.ok && gate.effect === 'refuses');
  return {
    ...place,
    outcome: refused.length === 0 ? 'measured' : 'refused',
    ...(refused.length === 0 ? {} : { reason: refused.map((gate) => gate.reason ?? gate.name).join('; ') }),
    requestsPerSecond: (counts.ok * 1_000) / load.elapsedMs,
    elapsedSeconds: load.elapsedMs / 1_000,
    ...counts,
    checked: load.samples.length,
    mismatches: mismatches.slice(0, mismatchesKept),
    latencyMs: load.latencyMs,
    histogram: load.histograms.serviceTimeNs,
    timeline: load.timeline.filter((window) => !window.isWarmup).map(({ isWarmup: _, ...window }) => window),
    components: usage.map(readFigures),
    series,
    ...(state === undefined
      ? {}
      : { database: { checksum: state.checksum, isRestored: state.isRestored, restoreMs: state.ms } }),
    ...readLedger(links, counts.ok + counts.wrong + counts.status),
    ...(links.some(({ askedRttMs }) => askedRttMs > 0) ? { links: pickLinks(links) } : {}),
    ...(settling === undefined ? {} : { settling }),
    telemetry,
    clockJumpMs,
    gates: [...gates],
  };
};

const checkSamples = (plan: RoundTerms, load: LoadResult): readonly Mismatch[] =>
  load.samples
    .map(({ requestIndex, status, headers, bodyBase64 }) =>
      plan.checkAnswer(requestIndex, { status, headers, body: Buffer.from(bodyBase64, 'base64') }),
    )
    .filter((mismatch) => mismatch !== undefined);

const readLedger = (links: RoundEvidence['links'], requests: number): Pick<RoundResult, 'ledger'> => {
  const { ledger } = links.find(({ place }) => place === 'server-database') ?? {};
  if (ledger === undefined || requests === 0) return {};
  const { roundTrips } = ledger;
  return { ledger: { roundTrips, perRequest: roundTrips / requests } };
};

const pickLinks = (links: RoundEvidence['links']): RoundResult['links'] =>
  Object.fromEntries(
    links
      .filter(({ askedRttMs }) => askedRttMs > 0)
      .map(({ place, by, isRealTime, askedRttMs, rtt }) => [
        place,
        {
          by,
          ...(isRealTime === undefined ? {} : { isRealTime }),
          rttMs: {
            asked: askedRttMs,
            ...(rtt === undefined ? {} : { p50: rtt.p50Ms, p99: rtt.p99Ms, mean: rtt.meanMs }),
          },
        },
      ]),
  );

const readFigures = ({ samples: _, unavailable, ...usage }: ComponentUsage): ComponentFigures => ({
  name: usage.name,
  cpuSeconds: usage.cpuSeconds,
  cpuPercent: usage.cpuPercent,
  peakCpuPercent: usage.peakCpuPercent,
  ...(usage.pssMiB === undefined ? {} : { pssMiB: usage.pssMiB }),
  ...(usage.peakPssMiB === undefined ? {} : { peakPssMiB: usage.peakPssMiB }),
  rssMiB: usage.rssMiB,
  peakRssMiB: usage.peakRssMiB,
  ...(usage.runQueueDelaySeconds === undefined ? {} : { runQueueDelaySeconds: usage.runQueueDelaySeconds }),
  ...(unavailable.length === 0
    ? {}
    : { unmeasured: unavailable.map(({ quantity, reason }) => `${quantity}: ${reason}`).join('; ') }),
});
