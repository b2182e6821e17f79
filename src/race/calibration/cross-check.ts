import { sleepMs, withDeadline } from '../../base/index.ts';
import { startRoundStage } from '../../components/index.ts';
import { fitLine } from '../../stats/index.ts';
import { openSerialClient } from '../preflight/http-request.ts';
import { createLinks } from '../round/links.ts';
import { buildLoadJob } from '../round/load-job.ts';
import { runLoadToEnd } from '../round/load-process.ts';
import { makeFileName, type Runner, type Running } from '../running.ts';
import type { Calibration } from './calibrate.ts';

/** Round trips injected between server and database, milliseconds. */
const addedRttMs = [0, 2, 5, 10];
const requestsEach = 30;
const warmingRequestsPerConnection = 4;

/**
 * Counts round trips without looking at a single message: each one that a request waits for makes it later by the
 * delay that was added, so the slope of latency over (achieved) delay is their number. What overlaps with other
 * work, or comes after the answer, is not in it.
 */
export const crossCheck = async (runner: Runner, running: Running): Promise<NonNullable<Calibration['slope']>> => {
  const { context } = runner;
  const points: { x: number; y: number }[] = [];
  for (const rttMs of addedRttMs) {
    context.progress(`${runner.entry.name}: latency at ${rttMs} ms of added round trip`);
    const plan = { ...runner.plan, links: { ...runner.plan.links, 'server-database': { rttMs } } };
    const label = `${makeFileName(runner.entry.name)}-slope-${rttMs}`;
    const links = createLinks(context, plan, 'passthrough');
    await using stage = await startRoundStage(context, { ...running, ...runner, plan, label, openLink: links.open });
    const requests = warmingRequestsPerConnection * plan.connections;
    await runLoadToEnd(context, stage, { ...buildLoadJob(plan, stage), warmupMs: 0, stop: { requests } }, label);
    const link = links.opened.get('server-database')!;
    link.reset();
    const latenciesMs: number[] = [];
    await using client = openSerialClient(stage.endpoint);
    for (let index = 0; index < requestsEach; index += 1) {
      const request = plan.workload.data.requests[index % plan.workload.data.requests.length]!;
      const sentNs = context.clock.nowNs();
      await withDeadline(plan.timeoutMs, context.signal, (limit) => client.send(request, limit));
      latenciesMs.push((context.clock.nowNs() - sentNs) / 1e6);
      // What a server does after its answer must not wait in front of the next one.
      await sleepMs(context.clock, rttMs * 2 + 5, context.signal);
    }
    const achievedMs = rttMs === 0 ? 0 : ((await link.snapshot()).rtt?.p50Ms ?? rttMs);
    // One busy moment of the machine would tilt a line through means: medians of the delay, the lower half of the latencies.
    const typical = latenciesMs.sort((a, b) => a - b).slice(0, Math.ceil(requestsEach / 2));
    points.push(...typical.map((y) => ({ x: achievedMs, y })));
  }
  const { slope, slopeLow, slopeHigh } = fitLine(points);
  return { roundTrips: slope, low: slopeLow, high: slopeHigh };
};
