import { present } from '../../src/base/index.ts';
import { type RoundOfRace, sumCpuMs } from '../../src/explain/demands/race-facts.ts';
import { componentParts, takenRatio } from '../../src/explain/demands/race-hosts.ts';
import { readShape } from '../../src/explain/demands/server-of-race.ts';
import {
  between,
  type Component,
  type Demands,
  type Estimate,
  exactly,
  predict,
  readDemands,
  withEvenConnections,
} from '../../src/explain/index.ts';
import type { RaceResult } from '../../src/result/index.ts';
import {
  average,
  geometricMeanInterval,
  meanInterval,
  type RatioEstimate,
  ratioInterval,
} from '../../src/stats/index.ts';
import type { Bracket } from './brackets.ts';
import type { BenchedServer } from './points.ts';

/** A point that was predicted and measured in one or more sets; all figures are geometric means over them. */
export interface PredictedPoint {
  readonly server: string;
  readonly rttMs: number;
  readonly connections: number;
  /** Connections to the database that the server can have, all processes together. */
  readonly pool: number;
  readonly measured: Held;
  readonly predicted: Held;
  /** Predicted over measured, paired by set. */
  readonly ratio: {
    readonly requestsPerSecond: RatioEstimate;
    readonly latencyMs: RatioEstimate;
    /** Of the rate, when the model is told the CPU per request that the point itself took: what is left is the model's own error. */
    readonly withOwnCpu: RatioEstimate;
  };
  /** Share of the machine that others used while the point was measured. */
  readonly others: number;
  /** Change of the CPU per request from the calibration before the point to the one after it, as a share; of the sets the largest. */
  readonly drift: number;
  /** Share of the connections that the process with the most has. */
  readonly fullest: number;
}

export interface Held {
  readonly requestsPerSecond: Estimate;
  readonly latencyMs: Estimate;
}

/** @throws Error where the calibration gave no demands. */
const demandsOfCalibration = (race: RaceResult, server: BenchedServer): Demands => {
  const read = readDemands(race, server.name);
  if (read.kind === 'missing') throw new Error(read.why);
  return read.demands;
};

/** What one set says of a point. */
interface PointOfSet extends Omit<PredictedPoint, 'ratio'> {
  readonly key: string;
  readonly withOwnCpuPerSecond: number;
}

/**
 * The measured points beside what the demands of the calibrations around them say of each, set by set. Of the race at the point, three things
 * are used, none of them a time of the server's: the delay that the relay achieved there, what others used of the machine, and how the
 * connections fell to the server's processes, which is chance. Rounds in which others used a tenth of the machine or more are left out.
 */
export const predictPoints = (server: BenchedServer, brackets: readonly Bracket[]): readonly PredictedPoint[] => {
  const seen = brackets.flatMap((bracket) => pointsOfBracket(server, bracket));
  return [...new Set(seen.map(({ key }) => key))].map((key) => {
    const own = seen.filter((point) => point.key === key);
    const ratioOf = (figure: keyof Held, of: (set: PointOfSet) => number): RatioEstimate =>
      ratioInterval(
        own.map(of),
        own.map(({ measured }) => measured[figure].value),
      );
    const { rttMs, connections, pool } = own[0]!;
    return {
      server: server.name,
      rttMs,
      connections,
      pool,
      measured: over(own, ({ measured }) => measured),
      predicted: over(own, ({ predicted }) => predicted),
      ratio: {
        requestsPerSecond: ratioOf('requestsPerSecond', ({ predicted }) => predicted.requestsPerSecond.value),
        latencyMs: ratioOf('latencyMs', ({ predicted }) => predicted.latencyMs.value),
        withOwnCpu: ratioOf('requestsPerSecond', ({ withOwnCpuPerSecond }) => withOwnCpuPerSecond),
      },
      others: average(own.map(({ others }) => others)),
      drift: Math.max(...own.map(({ drift }) => Math.abs(drift))),
      fullest: average(own.map(({ fullest }) => fullest)),
    };
  });
};

/** The intervals are those of one set: what is between the sets is in the ratio's. */
const over = (sets: readonly PointOfSet[], of: (set: PointOfSet) => Held): Held => {
  const figureOf = (figure: keyof Held): Estimate => {
    const at = (end: keyof Estimate): number => geometricMeanInterval(sets.map((set) => of(set)[figure][end])).mean;
    return between(at('low'), at('value'), at('high'));
  };
  return { requestsPerSecond: figureOf('requestsPerSecond'), latencyMs: figureOf('latencyMs') };
};

const pointsOfBracket = (server: BenchedServer, bracket: Bracket): readonly PointOfSet[] => {
  const { calibration, points: race, drift } = bracket;
  const demands = demandsOfCalibration(calibration, server);
  const othersIn = (round: RoundOfRace): number => takenRatio(round, race.environment.cores) ?? 0;
  return race.candidates.flatMap((candidate) => {
    const rounds = candidate.rounds.filter((round) => round.outcome === 'measured' && othersIn(round) <= mostOthers);
    if (rounds.length === 0) return [];
    const rttMs = Number.parseFloat(String(candidate.point?.['links.server-database']));
    const connections = Number(candidate.point?.['connections']);
    const setting = candidate.settings[server.setting]!;
    const achieved = average(rounds.flatMap(({ links }) => links?.['server-database']?.rttMs.mean ?? []));
    const others = average(rounds.map(othersIn));
    const { shares } = readShape(candidate);
    const there = atPoint(demands, { server, connections, setting, linkMs: achieved, others, shares });
    const windows = rounds.flatMap(({ timeline = [] }) => timeline.map(({ ok }) => ok));
    const rate = average(rounds.flatMap(({ requestsPerSecond }) => requestsPerSecond ?? []));
    const latency = average(rounds.flatMap(({ latencyMs }) => latencyMs?.mean ?? []));
    const spread = relativeHalfWidth(windows);
    return [
      {
        key: candidate.name,
        server: server.name,
        rttMs,
        connections,
        pool: there.pool?.connections ?? there.server.processes,
        measured: { requestsPerSecond: widened(rate, spread), latencyMs: widened(latency, spread) },
        predicted: predict(there),
        withOwnCpuPerSecond: predict(withOwnCpu(there, rounds)).requestsPerSecond.value,
        others,
        drift,
        fullest: shares?.[0] ?? 1 / there.server.processes,
      },
    ];
  });
};

/** A round in which others used more of the machine says less of the model than of them. */
const mostOthers = 0.1;

interface Point {
  readonly server: BenchedServer;
  readonly connections: number;
  readonly setting: number;
  readonly linkMs: number;
  readonly others: number;
  readonly shares: readonly number[] | undefined;
}

const atPoint = (demands: Demands, { server, connections, setting, linkMs, others, shares }: Point): Demands => ({
  ...demands,
  client: { ...demands.client, connections },
  server: {
    ...withEvenConnections(demands).server,
    ...(server.setting === 'workers' ? { processes: setting } : {}),
    ...present('shares', shares),
  },
  ...(server.setting === 'pool' ? { pool: { connections: setting * demands.server.processes } } : {}),
  database: { ...demands.database, linkMs: exactly(linkMs) },
  hosts: demands.hosts.map((host) => ({ ...host, takenCores: exactly(others * host.cores) })),
});

/** The demands with each component's CPU as the rounds at the point had it. */
const withOwnCpu = (demands: Demands, rounds: readonly RoundOfRace[]): Demands => {
  const cpuMs = Object.entries(demands.cpuMs).map(([component, estimate]) => {
    const own = rounds.flatMap((round) => sumCpuMs(round, componentParts[component as Component]) ?? []);
    return [component, own.length === 0 ? estimate : exactly(average(own))] as const;
  });
  return { ...demands, cpuMs: { ...demands.cpuMs, ...Object.fromEntries(cpuMs) } };
};

/** 95 % half-width over windows of a second, as a share: batch means, so a little too narrow where they hang together. */
const relativeHalfWidth = (windows: readonly number[]): number => {
  const estimate = meanInterval(windows);
  return estimate.kind === 'interval' ? (estimate.high - estimate.mean) / estimate.mean : 0;
};

/** At least a hundredth is left: what scatters that much has no lower end, but has a logarithm. */
const widened = (value: number, share: number): Estimate =>
  between(value * Math.max(0.01, 1 - share), value, value * (1 + share));
