import { meanInterval } from '../stats/interval.ts';
import type { Demands, ServerShape } from './demands.ts';
import type { Measured } from './explain.ts';
import { between, exactly, type Quantity } from './quantity.ts';

/** What is read of a race; a `RaceResult` has all of it. */
export interface RaceFacts {
  readonly plan: {
    readonly connections: number;
    readonly proxy?: { readonly maxconn: number } | undefined;
    readonly pooler?: { readonly connections: number } | undefined;
  };
  readonly environment: { readonly cores: number };
  readonly candidates: readonly CandidateOfRace[];
}

interface CandidateOfRace {
  readonly name: string;
  readonly language: string;
  readonly settings: Readonly<Record<string, number>>;
  readonly calibration?: CalibrationOfRace | undefined;
  readonly rounds: readonly RoundOfRace[];
}

interface CalibrationOfRace {
  readonly turnarounds: number;
  readonly connectTurnarounds: { readonly tcp: number; readonly tls: number; readonly auth?: number | undefined };
  readonly serverMs: number;
  readonly streamMs: number;
  readonly underLoad: { readonly turnarounds: number };
}

interface RoundOfRace {
  readonly outcome: string;
  readonly requestsPerSecond?: number | undefined;
  readonly ok?: number | undefined;
  readonly wrong?: number | undefined;
  readonly status?: number | undefined;
  readonly latencyMs?: { readonly mean: number } | undefined;
  readonly components?: readonly { readonly name: string; readonly cpuSeconds?: number | undefined }[] | undefined;
  readonly ledger?: { readonly perRequest: number } | undefined;
  readonly links?:
    | Readonly<
        Record<string, { readonly rttMs: { readonly p50?: number | undefined; readonly mean?: number | undefined } }>
      >
    | undefined;
}

/** A candidate's demands as a race measured them, or what is missing. */
export type RaceDemands =
  | { readonly kind: 'demands'; readonly demands: Demands; readonly measured: Measured }
  | { readonly kind: 'missing'; readonly why: string };

/**
 * Fills the model's inputs from a race: round trips from the calibration, CPU-seconds over answers and achieved delays
 * from the rounds (each round is one value, so that the intervals are those of rounds), limits from the plan and
 * the candidate's settings. All components of a race without hosts of its own share one machine.
 *
 * Rounds that a gate refused are left out. The link relays' CPU is counted with their neighbour: the tap's with the pooler's, the others with the proxy's.
 */
export const demandsOfRace = (race: RaceFacts, name: string): RaceDemands => {
  const candidate = race.candidates.find((other) => other.name === name);
  if (candidate === undefined) return { kind: 'missing', why: `the race has no candidate ${name}` };
  const rounds = candidate.rounds.filter((round) => round.outcome === 'measured' && answersOf(round) > 0);
  const { calibration } = candidate;
  if (rounds.length === 0) return { kind: 'missing', why: `${name} has no measured round` };
  if (calibration === undefined)
    return { kind: 'missing', why: `${name} was not calibrated: its round trips are unknown` };
  const server = overRounds(rounds, (round) => cpuMsOf(round, ['candidate']));
  const rate = overRounds(rounds, (round) => round.requestsPerSecond);
  if (server === undefined || rate === undefined)
    return { kind: 'missing', why: `no round of ${name} has its CPU time` };

  const cpuMs = {
    server,
    ...present(
      'client',
      overRounds(rounds, (round) => cpuMsOf(round, ['load'])),
    ),
    ...present(
      'proxy',
      overRounds(rounds, (round) => cpuMsOf(round, ['proxy', 'client-link', 'proxy-link'])),
    ),
    ...present(
      'pooler',
      overRounds(rounds, (round) => cpuMsOf(round, ['pooler', 'tap', 'pooler-link'])),
    ),
    ...present(
      'database',
      overRounds(rounds, (round) => cpuMsOf(round, ['database'])),
    ),
  };
  const databaseLinkMs = linkMs(rounds, 'server-database');
  const { tcp, tls, auth = 0 } = calibration.connectTurnarounds;
  const connecting = tcp + tls + auth;
  const ownCpuMs = (cpuMs.pooler?.value ?? 0) + (cpuMs.database?.value ?? 0);
  const latency = overRounds(rounds, (round) => round.latencyMs?.mean);
  const shape = shapeOf(candidate);
  const poolEach = candidate.settings['pool'];
  return {
    kind: 'demands',
    measured: { requestsPerSecond: rate, ...present('latencyMs', latency) },
    demands: {
      candidate: name,
      client: { connections: race.plan.connections, thinkMs: exactly(0), linkMs: linkMs(rounds, 'client-proxy') },
      ...(race.plan.proxy === undefined
        ? {}
        : { proxy: { maxconn: race.plan.proxy.maxconn, linkMs: linkMs(rounds, 'proxy-server') } }),
      server: shape,
      ...(poolEach === undefined ? {} : { pool: { connections: poolEach * shape.processes } }),
      database: {
        linkMs: databaseLinkMs,
        turnarounds: turnaroundsOf(calibration, rounds),
        waitMs: exactly(Math.max(0, calibration.serverMs + calibration.streamMs - ownCpuMs)),
        ...(connecting >= 1 ? { connect: { turnarounds: exactly(connecting), ms: exactly(0) } } : {}),
      },
      ...(race.plan.pooler === undefined ? {} : { pooler: { connections: race.plan.pooler.connections } }),
      cpuMs,
      holdCpuShare: between(0.5, 0.8, 1),
      hosts: [
        {
          name: 'machine',
          cores: race.environment.cores,
          components: ['client', 'proxy', 'server', 'pooler', 'database'],
        },
      ],
      unseen: unseenOf(Object.keys(cpuMs)),
    },
  };
};

/** All answers cost CPU, wrong ones too. */
const answersOf = ({ ok = 0, wrong = 0, status = 0 }: RoundOfRace): number => ok + wrong + status;

/** CPU ms a request of some components together; undefined where none of them was measured. */
const cpuMsOf = (round: RoundOfRace, names: readonly string[]): number | undefined => {
  const seconds = (round.components ?? []).flatMap(({ name, cpuSeconds }) =>
    names.includes(name) && cpuSeconds !== undefined ? [cpuSeconds] : [],
  );
  return seconds.length === 0 ? undefined : (1_000 * seconds.reduce((sum, each) => sum + each, 0)) / answersOf(round);
};

/** Mean of the rounds that have the value, with its interval where there are two or more. */
const overRounds = (
  rounds: readonly RoundOfRace[],
  figureOf: (round: RoundOfRace) => number | undefined,
): Quantity | undefined => {
  const values = rounds.flatMap((round) => figureOf(round) ?? []);
  if (values.length === 0) return undefined;
  const estimate = meanInterval(values);
  if (estimate.kind === 'point') return exactly(estimate.mean);
  return between(Math.max(0, estimate.low), estimate.mean, estimate.high);
};

/** Achieved round trip of an emulated link; 0 where there is none (what loopback takes is in the database's wait). */
const linkMs = (rounds: readonly RoundOfRace[], place: string): Quantity =>
  overRounds(rounds, (round) => round.links?.[place]?.rttMs.mean ?? round.links?.[place]?.rttMs.p50) ?? exactly(0);

/** The count under load is the one that matters there; the serial count says how far it could be off. */
const turnaroundsOf = (calibration: CalibrationOfRace, rounds: readonly RoundOfRace[]): Quantity => {
  const inRounds = overRounds(rounds, (round) => round.ledger?.perRequest);
  const value = inRounds?.value ?? calibration.underLoad.turnarounds;
  return between(Math.min(value, calibration.turnarounds), value, Math.max(value, calibration.turnarounds));
};

/** Threads in the settings mean synchronous workers; Rust and Go use all cores in one process. */
const shapeOf = ({ settings, language }: CandidateOfRace): ServerShape => {
  const processes = settings['workers'] ?? 1;
  const threads = settings['threads'];
  if (threads !== undefined) return { processes, threadsEach: 1, concurrencyEach: threads, routing: 'free' };
  if (['rust', 'go', 'java'].includes(language)) return { processes, routing: processes > 1 ? 'sticky' : 'free' };
  return { processes, threadsEach: 1, routing: processes > 1 ? 'sticky' : 'free' };
};

const unseenOf = (seen: readonly string[]): Demands['unseen'] => [
  ...['client', 'proxy', 'pooler', 'database']
    .filter((component) => !seen.includes(component))
    .map((component) => ({ what: `CPU of the ${component}`, why: 'no round recorded it; it counts as idle' })),
  { what: 'share of the server’s CPU inside the hold', why: 'not measured; 50 to 100 % assumed' },
];

const present = <K extends string, V>(key: K, value: V | undefined): { readonly [key in K]?: V } =>
  (value === undefined ? {} : { [key]: value }) as { readonly [key in K]?: V };
