import { sleepMs, withDeadline } from '../../base/index.ts';
import type { RoundStage, StageContext } from '../../components/index.ts';
import type { Plan } from '../../plan/index.ts';
import type { CandidateFacts } from '../../result/index.ts';
import type { LedgerSnapshot } from '../../wire/index.ts';
import { openSerialClient } from '../preflight/http-request.ts';
import { distinctVectors, meanVector, readVector, scale, subtract, type WireVector } from '../preflight/vectors.ts';
import { buildLoadJob } from '../round/load-job.ts';
import { runLoadToEnd } from '../round/load-process.ts';
import type { TapProcess } from '../round/tap-process.ts';
import { countStatementRoundTrips, type StatementRoundTrips } from './statement-round-trips.ts';

export type Calibration = NonNullable<CandidateFacts['calibration']>;

/** After an answer the server may still speak to the database (checkin, closing statements): it gets this long. */
const settleMs = 15;
/** How long the stage is left alone to see what it says on its own. */
const idleMs = 1_000;
/** Kinds of round trips that the result keeps, the most frequent first. */
const maxShapes = 100;
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
    ...buildLoadJob(plan, stage),
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

  const beforeIdle = readVector((await tap.snapshot()).ledger);
  await sleepMs(context.clock, idleMs, context.signal);
  const idle = scale(subtract(readVector((await tap.snapshot()).ledger), beforeIdle), 1_000 / idleMs);

  const roundTrips = countStatementRoundTrips(serial.messageGroups);
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
    ...(serial.ledger.overlapped === 0 ? {} : { overlapped: serial.ledger.overlapped / requests }),
    connectRoundTrips: perRequest(serial.ledger.connectRoundTrips, requests),
    afterResponse: meanVector(serial.after).roundTrips,
    idlePerSecond: idle.roundTrips,
    latencyMs: serial.meanLatencyMs,
    serverMs: (serial.ledger.serverTime.meanMs * serial.ledger.serverTime.count) / requests,
    streamMs: (serial.ledger.streamTime.meanMs * serial.ledger.streamTime.count) / requests,
    ...(serial.ledger.holds.count === 0 ? {} : { holdMs: serial.ledger.holds.meanMs }),
    underLoad: { requests: answered, roundTrips: underLoad.roundTrips / Math.max(1, answered) },
    statementTexts: serial.ledger.statementTexts.map(({ key, text, prepares, executes, queries }) => ({
      text,
      prepares: prepares / requests,
      executes: (executes + queries) / requests,
      roundTrips: dividePerRequest(roundTrips.get(key), requests),
    })),
    shapes: serial.ledger.shapes.slice(0, maxShapes).map(({ shape, count }) => ({ shape, count: count / requests })),
    waterfall: buildWaterfall(serial.lastRequest),
  };
};

interface SerialCount {
  readonly vectors: readonly WireVector[];
  /** The part of each vector that came after the answer. */
  readonly after: readonly WireVector[];
  readonly meanLatencyMs: number;
  /** Summed over all the serial requests. */
  readonly ledger: LedgerSnapshot;
  /** The round trips of all of them. */
  readonly messageGroups: LedgerSnapshot['trace'];
  /** The round trips of the last request, where one connection carried them all. */
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
  await using client = openSerialClient(stage.endpoint);
  const vectors: WireVector[] = [];
  const after: WireVector[] = [];
  let latencySumNs = 0;
  tap.reset();
  let before = readVector((await tap.snapshot()).ledger);
  const messageGroups: LedgerSnapshot['trace'][number][] = [];
  let lastRequest: LedgerSnapshot['trace'] = [];
  let ledger: LedgerSnapshot | undefined;
  for (let index = 0; index < requests; index += 1) {
    const request = plan.workload.data.requests[index % plan.workload.data.requests.length]!;
    const sentNs = clock.nowNs();
    await withDeadline(plan.timeoutMs, signal, (limit) => client.send(request, limit));
    latencySumNs += clock.nowNs() - sentNs;
    const answered = readVector((await tap.snapshot()).ledger);
    await sleepMs(clock, settleMs, signal);
    ledger = (await tap.snapshot()).ledger;
    const settled = readVector(ledger);
    vectors.push(subtract(settled, before));
    after.push(subtract(settled, answered));
    const roundTrips = settled.roundTrips - before.roundTrips;
    lastRequest = roundTrips === 0 ? [] : ledger.trace.slice(-roundTrips);
    messageGroups.push(...lastRequest);
    before = settled;
  }
  return { vectors, after, meanLatencyMs: latencySumNs / requests / 1e6, ledger: ledger!, messageGroups, lastRequest };
};

const perRequest = (
  { tcp, tls, auth }: LedgerSnapshot['connectRoundTrips'],
  requests: number,
): Calibration['connectRoundTrips'] => ({
  tcp: tcp / requests,
  tls: tls / requests,
  ...(auth === undefined ? {} : { auth: auth / requests }),
});

const dividePerRequest = (
  { preparing, alone, shared }: StatementRoundTrips = { preparing: 0, alone: 0, shared: 0 },
  requests: number,
): StatementRoundTrips => ({
  preparing: preparing / requests,
  alone: alone / requests,
  shared: shared / requests,
});

/** One request's round trips on a time axis that begins with the first. */
const buildWaterfall = (messageGroups: LedgerSnapshot['trace']): Calibration['waterfall'] => {
  const beginNs = messageGroups[0]?.startNs ?? 0;
  return messageGroups.map(({ up, down, startNs, serverNs, streamNs }) => ({
    up,
    down,
    startMs: (startNs - beginNs) / 1e6,
    serverMs: serverNs / 1e6,
    streamMs: streamNs / 1e6,
  }));
};
