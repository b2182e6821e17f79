import { poolMode, present } from '../../base/index.ts';
import type { Measured } from '../explain.ts';
import type { Component, Demands } from './demands.ts';
import { between, type Estimate, exactly } from './estimate.ts';
import { overRounds } from './over-rounds.ts';
import {
  type CalibrationOfRace,
  type ConditionsOfRace,
  type RaceFacts,
  type RoundOfRace,
  readConditions,
  sumCpuMs,
  usableRounds,
} from './race-facts.ts';
import { componentParts, listHosts, listUnseenHosts, takenRatio } from './race-hosts.ts';
import { pickLinks, type RaceLinks } from './race-links.ts';
import { estimateServerShare, readShape } from './server-of-race.ts';
import { countEntryWakeUps, estimateLoginCpu } from './unloaded-request.ts';

/** A candidate's demands as a race measured them, or what is missing. */
export type RaceDemands =
  | { readonly kind: 'demands'; readonly demands: Demands; readonly measured: Measured }
  | { readonly kind: 'missing'; readonly why: string };

const describeUncalibrated = (name: string, reason: string | undefined): string =>
  reason === undefined
    ? `${name} was not calibrated: its round trips are unknown`
    : `the round trips of ${name} are unknown: ${reason}`;

/**
 * Fills the model's inputs from a race: round trips from the calibration, CPU-seconds over answers and achieved delays
 * from the rounds (each round is one value, so that the intervals are those of rounds), limits from the conditions
 * that it was raced under and from the candidate's settings. Components share the cores that the plan
 * lets them share, less what others on the machine used.
 *
 * Rounds that a gate refused are left out. A link relay's CPU is counted with the component's beside it.
 */
export const readDemands = (race: RaceFacts, name: string): RaceDemands => {
  const candidate = race.candidates.find((other) => other.name === name);
  if (candidate === undefined) return { kind: 'missing', why: `the race has no candidate ${name}` };
  const rounds = usableRounds(candidate);
  const { calibration } = candidate;
  if (rounds.length === 0) return { kind: 'missing', why: `${name} has no measured round` };
  if (calibration === undefined)
    return { kind: 'missing', why: describeUncalibrated(name, candidate.unmeasured?.['round trips']) };
  const server = overRounds(rounds, (round) => readCpuMs(round, 'server'));
  const rate = overRounds(rounds, (round) => round.requestsPerSecond);
  if (server === undefined || rate === undefined)
    return { kind: 'missing', why: `no round of ${name} has its CPU time` };

  const plan = readConditions(race, candidate);
  const cpuMs = {
    server,
    ...cpuOfOther(rounds, 'client'),
    ...cpuOfOther(rounds, 'proxy'),
    ...cpuOfOther(rounds, 'pooler'),
    ...cpuOfOther(rounds, 'database'),
  };
  const links = pickLinks(plan, rounds);
  // What the tap sees of the database side is without its own CPU.
  const tapMs = overRounds(rounds, (round) => sumCpuMs(round, ['tap']))?.value ?? 0;
  const ownCpuMs = (cpuMs.pooler?.value ?? 0) - tapMs + (cpuMs.database?.value ?? 0);
  const waitMs = Math.max(0, calibration.serverMs + calibration.streamMs - ownCpuMs);
  const latency = overRounds(rounds, (round) => round.latencyMs?.mean);
  const shape = readShape(candidate);
  const poolEach = candidate.settings['pool'];
  const { cores } = race.environment;
  const hosts = listHosts(
    plan,
    cores,
    overRounds(rounds, (round) => takenRatio(round, cores)),
  );
  const turns = countRoundTrips(calibration, rounds);
  const allCpuMs = Object.values(cpuMs).reduce((sum, { value }) => sum + value, 0);
  const farCpuMs = (cpuMs.pooler?.value ?? 0) + (cpuMs.database?.value ?? 0);
  const heldCpuMs = farCpuMs + server.value * holdCpuShare.value;
  const wakeUps = countEntryWakeUps(calibration, { cpuMs: allCpuMs, heldCpuMs, waitMs, links });
  return {
    kind: 'demands',
    measured: { requestsPerSecond: rate, ...present('latencyMs', latency) },
    demands: {
      candidate: name,
      client: {
        connections: plan.connections,
        thinkMs: exactly(0),
        linkMs: links.ms('client-proxy'),
        wakeUpMs: countWakeUps(wakeUps.entryMs),
      },
      ...(plan.proxy === undefined ? {} : { proxy: { maxconn: plan.proxy.maxconn, linkMs: links.ms('proxy-server') } }),
      server: shape,
      ...(poolEach === undefined ? {} : { pool: { connections: poolEach * shape.processes } }),
      database: readDatabase(calibration, { links, turns, waitMs, wakeUpMs: wakeUps.turnMs }),
      ...(plan.pooler === undefined ? {} : { pooler: readPooler(plan.pooler.connections, rounds) }),
      cpuMs,
      holdCpuShare,
      // A pooler and a database do little beside answering; how much of its own work a server does for each round
      // trip depends on its language (docs/model.md has what was measured).
      roundTripShare: {
        server: estimateServerShare(turns, countConnecting(calibration), shape, candidate.language),
        database: between(0.6, 0.8, 1),
      },
      hosts,
      unseen: [
        ...unseenCpu(plan, Object.keys(cpuMs)),
        ...assumed,
        ...listUnseenHosts(hosts, plan),
        ...links.unseen,
        ...listUnseenCounts(calibration),
      ],
    },
  };
};

/**
 * What may be left of an unloaded request's times where others keep the machine awake, as a share. Servers with a planted pool or with few clients
 * were up to 19 % faster than the times of an unloaded request (docs/decisions/0015).
 */
const leastUnderLoad = { wait: 0.75, wakeUp: 0 } as const;
const countWakeUps = (ms: number): Estimate => between(leastUnderLoad.wakeUp * ms, ms, ms);

const countConnecting = ({ connectRoundTrips: { tcp, tls, auth = 0 } }: CalibrationOfRace): number => tcp + tls + auth;

interface DatabaseFigures {
  readonly links: RaceLinks;
  readonly turns: Estimate;
  readonly waitMs: number;
  readonly wakeUpMs: number;
}

const readDatabase = (
  calibration: CalibrationOfRace,
  { links, turns, waitMs, wakeUpMs }: DatabaseFigures,
): Demands['database'] => {
  const connecting = countConnecting(calibration);
  const connect = {
    roundTrips: exactly(connecting),
    ms: exactly(0),
    ...estimateLoginCpu(calibration, links, wakeUpMs),
  };
  return {
    linkMs: links.ms('server-database'),
    roundTrips: turns,
    waitMs: between(leastUnderLoad.wait * waitMs, waitMs, waitMs),
    wakeUpMs: countWakeUps(wakeUpMs),
    ...(connecting >= 1 ? { connect } : {}),
  };
};

const readPooler = (connections: number, rounds: readonly RoundOfRace[]): NonNullable<Demands['pooler']> => ({
  connections,
  pooling: poolMode,
  ...present('threadShare', estimateThreadShare(rounds)),
});

/** Not measured. */
const holdCpuShare = between(0.5, 0.8, 1);

/** CPU ms per request of a component with its relays; undefined where none of them was measured. */
const readCpuMs = (round: RoundOfRace, component: Component): number | undefined =>
  sumCpuMs(round, componentParts[component]);

/** The pooler's own share of the CPU that counts as its: the relays beside it have threads of theirs. */
const estimateThreadShare = (rounds: readonly RoundOfRace[]): number | undefined => {
  const own = overRounds(rounds, (round) => sumCpuMs(round, ['pooler']));
  const all = overRounds(rounds, (round) => readCpuMs(round, 'pooler'));
  return own === undefined || all === undefined || all.value === 0 ? undefined : own.value / all.value;
};

const cpuOfOther = <C extends Exclude<Component, 'server'>>(rounds: readonly RoundOfRace[], component: C) =>
  present(
    component,
    overRounds(rounds, (round) => readCpuMs(round, component)),
  );

/** The count under load is the one that matters there; the serial count says how far it could be off. */
const countRoundTrips = (calibration: CalibrationOfRace, rounds: readonly RoundOfRace[]): Estimate => {
  const inRounds = overRounds(rounds, (round) => round.ledger?.perRequest);
  const value = inRounds?.value ?? calibration.underLoad.roundTrips;
  return between(Math.min(value, calibration.roundTrips), value, Math.max(value, calibration.roundTrips));
};

/** What no race measures, in words for a reader; the figures are those above. */
const assumed: Demands['unseen'] = [
  { what: 'share of the server’s CPU while it holds a connection', why: 'not measured; 50 to 100 % assumed' },
  {
    what: 'CPU and waits that fewer round trips would save',
    why: 'not measured; 60 to 100 % of the pooler’s and the database’s assumed to go with them, and of the server’s what servers in its language were seen to save',
  },
  {
    what: 'how much shorter the database’s wait and the wake-up latency are under load',
    why: 'measured with one request at a time, for which everything has to be woken; down to three quarters of the wait and no wake-up latency assumed',
  },
];

const unseenCpu = (plan: ConditionsOfRace, seen: readonly string[]): Demands['unseen'] =>
  ['client', 'proxy', 'pooler', 'database']
    .filter((component) => !seen.includes(component))
    .filter((component) => (component !== 'proxy' && component !== 'pooler') || plan[component] !== undefined)
    .map((component) => ({ what: `CPU of the ${component}`, why: 'no round recorded it; it counts as idle' }));

/** Further apart than this, two ways of counting round trips do not mean the same. */
const sameCount = 0.1;

const listUnseenCounts = ({ roundTrips, slope }: CalibrationOfRace): Demands['unseen'] =>
  slope === undefined || Math.abs(slope.roundTrips / roundTrips - 1) <= sameCount
    ? []
    : [
        {
          what: 'which round trips an added delay would lengthen',
          why: `${roundTrips} were counted on the wire, but latency grew by ${slope.roundTrips.toFixed(1)} ms for each added ms`,
        },
      ];
