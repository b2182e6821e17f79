import { present } from '../base/index.ts';
import type { Component, Demands } from './demands.ts';
import type { Measured } from './explain.ts';
import { loginCpuOf, loneHopsOf } from './lone-request.ts';
import { overRounds } from './over-rounds.ts';
import { between, exactly, type Quantity } from './quantity.ts';
import {
  type CalibrationOfRace,
  cpuMsOfParts,
  type PlanOfRace,
  planAt,
  type RaceFacts,
  type RoundOfRace,
  usableRounds,
} from './race-facts.ts';
import { hostsOf, partsOf, takenRatio, unseenOfHosts } from './race-hosts.ts';
import { linksOf } from './race-links.ts';
import { serverShareOf, shapeOf } from './server-of-race.ts';

/** A candidate's demands as a race measured them, or what is missing. */
export type RaceDemands =
  | { readonly kind: 'demands'; readonly demands: Demands; readonly measured: Measured }
  | { readonly kind: 'missing'; readonly why: string };

/**
 * Fills the model's inputs from a race: round trips from the calibration, CPU-seconds over answers and achieved delays
 * from the rounds (each round is one value, so that the intervals are those of rounds), limits from the plan at
 * the candidate's point of a sweep and from the candidate's settings. Components share the cores that the plan
 * lets them share, less what others on the machine used.
 *
 * Rounds that a gate refused are left out. A link relay's CPU is counted with its neighbour's.
 */
export const demandsOfRace = (race: RaceFacts, name: string): RaceDemands => {
  const candidate = race.candidates.find((other) => other.name === name);
  if (candidate === undefined) return { kind: 'missing', why: `the race has no candidate ${name}` };
  const rounds = usableRounds(candidate);
  const { calibration } = candidate;
  if (rounds.length === 0) return { kind: 'missing', why: `${name} has no measured round` };
  if (calibration === undefined)
    return { kind: 'missing', why: `${name} was not calibrated: its round trips are unknown` };
  const server = overRounds(rounds, (round) => cpuMsOf(round, 'server'));
  const rate = overRounds(rounds, (round) => round.requestsPerSecond);
  if (server === undefined || rate === undefined)
    return { kind: 'missing', why: `no round of ${name} has its CPU time` };

  const plan = planAt(race.plan, candidate);
  const cpuMs = {
    server,
    ...cpuOfOther(rounds, 'client'),
    ...cpuOfOther(rounds, 'proxy'),
    ...cpuOfOther(rounds, 'pooler'),
    ...cpuOfOther(rounds, 'database'),
  };
  const links = linksOf(plan, candidate, rounds);
  const { tcp, tls, auth = 0 } = calibration.connectTurnarounds;
  const connecting = tcp + tls + auth;
  // What the tap sees of the far side is without its own CPU.
  const tapMs = overRounds(rounds, (round) => cpuMsOfParts(round, ['tap']))?.value ?? 0;
  const ownCpuMs = (cpuMs.pooler?.value ?? 0) - tapMs + (cpuMs.database?.value ?? 0);
  const waitMs = Math.max(0, calibration.serverMs + calibration.streamMs - ownCpuMs);
  const latency = overRounds(rounds, (round) => round.latencyMs?.mean);
  const shape = shapeOf(candidate);
  const poolEach = candidate.settings['pool'];
  const { cores } = race.environment;
  const hosts = hostsOf(
    plan,
    cores,
    overRounds(rounds, (round) => takenRatio(round, cores)),
  );
  const turns = turnaroundsOf(calibration, rounds);
  const allCpuMs = Object.values(cpuMs).reduce((sum, { value }) => sum + value, 0);
  const farCpuMs = (cpuMs.pooler?.value ?? 0) + (cpuMs.database?.value ?? 0);
  const heldCpuMs = farCpuMs + server.value * holdCpuShare.value;
  const hops = loneHopsOf(calibration, { cpuMs: allCpuMs, heldCpuMs, waitMs, links });
  return {
    kind: 'demands',
    measured: { requestsPerSecond: rate, ...present('latencyMs', latency) },
    demands: {
      candidate: name,
      client: {
        connections: plan.connections,
        thinkMs: exactly(0),
        linkMs: links.ms('client-proxy'),
        hopMs: hopsOf(hops.entryMs),
      },
      ...(plan.proxy === undefined ? {} : { proxy: { maxconn: plan.proxy.maxconn, linkMs: links.ms('proxy-server') } }),
      server: shape,
      ...(poolEach === undefined ? {} : { pool: { connections: poolEach * shape.processes } }),
      database: {
        linkMs: links.ms('server-database'),
        turnarounds: turns,
        waitMs: between(leastUnderLoad.wait * waitMs, waitMs, waitMs),
        hopMs: hopsOf(hops.turnMs),
        ...(connecting >= 1
          ? {
              connect: {
                turnarounds: exactly(connecting),
                ms: exactly(0),
                ...loginCpuOf(calibration, links, hops.turnMs),
              },
            }
          : {}),
      },
      ...(plan.pooler === undefined
        ? {}
        : {
            pooler: {
              connections: plan.pooler.connections,
              pooling: 'session' as const,
              ...present('threadShare', threadShareOf(rounds)),
            },
          }),
      cpuMs,
      holdCpuShare,
      // A pooler and a database do little beside answering; how much of its own work a server does for each round
      // trip depends on its language (docs/model.md has what was measured).
      turnShare: { server: serverShareOf(turns, connecting, shape, candidate.language), far: between(0.6, 0.8, 1) },
      hosts,
      unseen: [
        ...unseenCpu(plan, Object.keys(cpuMs)),
        { what: 'share of the server’s CPU inside the hold', why: 'not measured; 50 to 100 % assumed' },
        {
          what: 'CPU and waits that fewer round trips would save',
          why: 'not measured; 60 to 100 % of the pooler’s and the database’s assumed to go with them, and of the server’s what servers in its language were seen to save',
        },
        {
          what: 'how much shorter the database’s wait and the hops are under load',
          why: 'measured of one request at a time, for which everything has to be woken; down to three quarters of the wait and none of the hops assumed',
        },
        ...unseenOfHosts(hosts, plan),
        ...links.unseen,
        ...unseenOfCounts(calibration),
      ],
    },
  };
};

/**
 * What may be left of a lone request's times where others keep the machine awake, as a share. Servers with a planted pool or with few clients
 * were up to 19 % faster than the times of a lone request (docs/benchmarks.md, "Planted bottlenecks").
 */
const leastUnderLoad = { wait: 0.75, hop: 0 } as const;
const hopsOf = (ms: number): Quantity => between(leastUnderLoad.hop * ms, ms, ms);

/** Not measured. */
const holdCpuShare = between(0.5, 0.8, 1);

/** CPU ms a request of a component with its relays; undefined where none of them was measured. */
const cpuMsOf = (round: RoundOfRace, component: Component): number | undefined =>
  cpuMsOfParts(round, partsOf[component]);

/** Of the CPU that counts as the pooler's, its own: the relays beside it have threads of theirs. */
const threadShareOf = (rounds: readonly RoundOfRace[]): number | undefined => {
  const own = overRounds(rounds, (round) => cpuMsOfParts(round, ['pooler']));
  const all = overRounds(rounds, (round) => cpuMsOf(round, 'pooler'));
  return own === undefined || all === undefined || all.value === 0 ? undefined : own.value / all.value;
};

const cpuOfOther = <C extends Exclude<Component, 'server'>>(rounds: readonly RoundOfRace[], component: C) =>
  present(
    component,
    overRounds(rounds, (round) => cpuMsOf(round, component)),
  );

/** The count under load is the one that matters there; the serial count says how far it could be off. */
const turnaroundsOf = (calibration: CalibrationOfRace, rounds: readonly RoundOfRace[]): Quantity => {
  const inRounds = overRounds(rounds, (round) => round.ledger?.perRequest);
  const value = inRounds?.value ?? calibration.underLoad.turnarounds;
  return between(Math.min(value, calibration.turnarounds), value, Math.max(value, calibration.turnarounds));
};

const unseenCpu = (plan: PlanOfRace, seen: readonly string[]): Demands['unseen'] =>
  ['client', 'proxy', 'pooler', 'database']
    .filter((component) => !seen.includes(component))
    .filter((component) => (component !== 'proxy' && component !== 'pooler') || plan[component] !== undefined)
    .map((component) => ({ what: `CPU of the ${component}`, why: 'no round recorded it; it counts as idle' }));

/** Further apart than this, two ways of counting round trips do not mean the same. */
const sameCount = 0.1;

const unseenOfCounts = ({ turnarounds, slope }: CalibrationOfRace): Demands['unseen'] =>
  slope === undefined || Math.abs(slope.turnarounds / turnarounds - 1) <= sameCount
    ? []
    : [
        {
          what: 'which round trips an added delay would lengthen',
          why: `${turnarounds} were counted on the wire, but latency grew by ${slope.turnarounds.toFixed(1)} ms for each added ms`,
        },
      ];
