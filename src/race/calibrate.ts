import { sleepMs } from '../base/index.ts';
import type { LedgerSnapshot } from '../observe/index.ts';
import type { Plan } from '../plan/index.ts';
import type { CandidateFacts } from '../result/index.ts';
import type { RoundStage, StageContext } from '../stage/index.ts';
import { openSerialClient } from './http-request.ts';
import { loadJobOf } from './load-job.ts';
import { runLoadToEnd } from './load-process.ts';
import type { TapProcess } from './tap-process.ts';
import { distinctVectors, meanVector, scale, subtract, vectorOf, type WireVector } from './vectors.ts';

export type Calibration = NonNullable<CandidateFacts['calibration']>;

/** After an answer the server may still speak to the database (checkin, closing statements): it gets this long. */
const settleMs = 15;
/** How long the stage is left alone to see what it says on its own. */
const idleMs = 1_000;
/** Requests a connection that fill pools and caches before anything is counted, and that are counted under load. */
const requestsPerConnection = 4;

/**
 * Counts what one request costs on the wire between server and database: after two short loads (the first fills
 * pools and statement caches, the second counts under load), requests are sent one after another and the tap is
 * read between them; then the stage is left idle, so that keepalives can be told from work.
 */
export const calibrate = async (
  context: StageContext,
  stage: RoundStage,
  tap: TapProcess,
  { plan, label, requests }: { plan: Plan; label: string; requests: number },
): Promise<Calibration> => {
  const job = {
    ...loadJobOf(plan, stage),
    warmupMs: 0,
    sampleRatio: 0,
    stop: { requests: Math.max(100, requestsPerConnection * plan.connections) },
  };
  await runLoadToEnd(context, stage, job, label);
  await sleepMs(context.clock, settleMs * 4, context.signal);
  tap.reset();
  const load = await runLoadToEnd(context, stage, job, label);
  await sleepMs(context.clock, settleMs * 4, context.signal);
  const underLoad = (await tap.snapshot()).ledger;
  const answered = load.counts.ok + load.counts.wrong + load.counts.status;

  const serial = await countSerially(context, stage, tap, plan, requests);

  const beforeIdle = vectorOf((await tap.snapshot()).ledger);
  await sleepMs(context.clock, idleMs, context.signal);
  const idle = scale(subtract(vectorOf((await tap.snapshot()).ledger), beforeIdle), 1_000 / idleMs);

  const distinct = distinctVectors(serial.vectors);
  const mean = meanVector(serial.vectors);
  const common = distinct[0]!;
  return {
    requests,
    ...common.vector,
    bytesUp: mean.bytesUp,
    bytesDown: mean.bytesDown,
    stable: common.share,
    ...(common.share < 1 ? { distribution: distinct.slice(0, 5) } : {}),
    connectTurnarounds: perRequest(serial.ledger.connectTurnarounds, requests),
    afterResponse: meanVector(serial.after).turnarounds,
    idlePerSecond: idle.turnarounds,
    latencyMs: serial.meanLatencyMs,
    serverMs: (serial.ledger.serverTime.meanMs * serial.ledger.serverTime.count) / requests,
    streamMs: (serial.ledger.streamTime.meanMs * serial.ledger.streamTime.count) / requests,
    ...(serial.ledger.holds.count === 0 ? {} : { holdMs: serial.ledger.holds.meanMs }),
    underLoad: { requests: answered, turnarounds: underLoad.turnarounds / Math.max(1, answered) },
    statementTexts: serial.ledger.statementTexts.map(({ text, prepares, executes, queries }) => ({
      text,
      prepares: prepares / requests,
      executes: (executes + queries) / requests,
    })),
    waterfall: waterfallOf(serial.lastRequest),
  };
};

interface SerialCount {
  readonly vectors: readonly WireVector[];
  /** The part of each vector that came after the answer. */
  readonly after: readonly WireVector[];
  readonly meanLatencyMs: number;
  /** Of all the serial requests together. */
  readonly ledger: LedgerSnapshot;
  /** The turnarounds of the last request, where one connection carried them all. */
  readonly lastRequest: LedgerSnapshot['trace'];
}

const countSerially = async (
  context: StageContext,
  stage: RoundStage,
  tap: TapProcess,
  plan: Plan,
  requests: number,
): Promise<SerialCount> => {
  const { clock, signal } = context;
  await using client = openSerialClient(stage.entrance);
  const vectors: WireVector[] = [];
  const after: WireVector[] = [];
  let latencySumNs = 0;
  tap.reset();
  let before = vectorOf((await tap.snapshot()).ledger);
  let lastRequest: LedgerSnapshot['trace'] = [];
  let ledger: LedgerSnapshot | undefined;
  for (let index = 0; index < requests; index += 1) {
    const request = plan.workload.data.requests[index % plan.workload.data.requests.length]!;
    const sentNs = clock.nowNs();
    await client.send(request, AbortSignal.any([signal, AbortSignal.timeout(plan.timeoutMs)]));
    latencySumNs += clock.nowNs() - sentNs;
    const answered = vectorOf((await tap.snapshot()).ledger);
    await sleepMs(clock, settleMs, signal);
    ledger = (await tap.snapshot()).ledger;
    const settled = vectorOf(ledger);
    vectors.push(subtract(settled, before));
    after.push(subtract(settled, answered));
    const turnarounds = settled.turnarounds - before.turnarounds;
    lastRequest = turnarounds === 0 ? [] : ledger.trace.slice(-turnarounds);
    before = settled;
  }
  return { vectors, after, meanLatencyMs: latencySumNs / requests / 1e6, ledger: ledger!, lastRequest };
};

const perRequest = (
  { tcp, tls, auth }: LedgerSnapshot['connectTurnarounds'],
  requests: number,
): Calibration['connectTurnarounds'] => ({
  tcp: tcp / requests,
  tls: tls / requests,
  ...(auth === undefined ? {} : { auth: auth / requests }),
});

/** One request's turnarounds on a time axis that begins with the first. */
const waterfallOf = (flights: LedgerSnapshot['trace']): Calibration['waterfall'] => {
  const beginNs = flights[0]?.startNs ?? 0;
  return flights.map(({ up, down, startNs, serverNs, streamNs }) => ({
    up,
    down,
    startMs: (startNs - beginNs) / 1e6,
    serverMs: serverNs / 1e6,
    streamMs: streamNs / 1e6,
  }));
};
