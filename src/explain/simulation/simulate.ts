// Not by way of the room's index: its histogram codec needs node:zlib, and the model also runs in a page.
import { controlledMean } from '../../stats/controlled-mean.ts';
import type { Random } from '../../stats/index.ts';
import { between, type Estimate } from '../demands/estimate.ts';
import { checkNetwork } from '../model/check-network.ts';
import type { Network } from '../model/network.ts';
import type { PlaceLoad } from '../model/place-load.ts';
import type { WaitingRoom } from '../model/waiting-room.ts';
import { Customers } from './customers.ts';
import { compile, type Program } from './program.ts';

export interface SimulationOptions {
  readonly random: Random;
  /** Requests that count, after the warm-up. @default 20_000 */
  readonly requests?: number;
  /**
   * Scatter of each service and delay: Erlang of this many phases. 1 is exponential (what the solver assumes,
   * so that the two can be compared with each other); 4, with a coefficient of variation of 0.5, is nearer to
   * real CPU bursts and links.
   * @default 4
   */
  readonly phases?: number;
}

export interface Simulation {
  /**
   * Over 20 batches, with its 95 % interval. What the draws happened to be is taken off, as it is known what they should have been
   * (control variates): as sure as several times as many requests would be without.
   */
  readonly requestsPerSecond: Estimate;
  /** The time from one request's start to the next one's on the same connection. */
  readonly cycleMs: number;
  /** Stations and limits; delays are left out. */
  readonly places: readonly PlaceLoad[];
  /** Simulated events: the cost of the run. */
  readonly events: number;
}

const batches = 20;

/**
 * Runs the network event by event; the same seed gives the same answer, everywhere. It knows no product
 * form, so it is what answers for CPUs used inside and outside a pool, and what the solver is tested with.
 *
 * @throws PitwallError `explain.invalid` as `solveNetwork` does.
 */
export const simulate = (network: Network, options: SimulationOptions): Simulation => {
  checkNetwork(network);
  const { random, requests = 20_000, phases = 4 } = options;
  const { connections } = network;
  const program = compile(network);
  const perBatch = Math.max(1, Math.ceil(requests / batches));
  const warmUp = 5 * connections + Math.ceil(requests / 10);
  const batchEndsMs: number[] = [];
  const surplusEndsMs: Float64Array[] = [];
  let done = 0;
  let events = 0;

  const finishRequest = (): void => {
    done += 1;
    const { limitRooms, stationRooms, nowMs, surplusMs } = customers;
    if (done === warmUp) for (const room of [...limitRooms, ...stationRooms]) room.startCounting(nowMs);
    if (done < warmUp || (done - warmUp) % perBatch !== 0) return;
    batchEndsMs.push(nowMs);
    surplusEndsMs.push(Float64Array.from(surplusMs));
  };
  const customers = new Customers(program, { customers: connections, random, phases, onRequestDone: finishRequest });
  customers.start();
  while (batchEndsMs.length <= batches && customers.step()) events += 1;

  const perRequest = (atEnds: readonly number[]): readonly number[] =>
    atEnds.slice(1, batches + 1).map((end, index) => (end - atEnds[index]!) / perBatch);
  const controls = Array.from(customers.surplusMs, (_, control) =>
    perRequest(surplusEndsMs.map((ends) => ends[control]!)),
  );
  const gapMs = controlledMean(perRequest(batchEndsMs), controls);
  return {
    requestsPerSecond: between(1_000 / gapMs.high, 1_000 / gapMs.mean, 1_000 / gapMs.low),
    cycleMs: connections * gapMs.mean,
    places: listPlaces(program, customers),
    events,
  };
};

const listPlaces = ({ limits, stations }: Program, customers: Customers): readonly PlaceLoad[] => {
  const measureLoad = (kind: 'limit' | 'station', name: string, capacity: number, room: WaitingRoom): PlaceLoad => {
    const { waiting, busy } = room.means(customers.nowMs);
    return { kind, name, present: waiting + busy, waiting, busy, capacity };
  };
  return [
    ...limits.map(({ name, slots, copies }, index) =>
      measureLoad('limit', name, slots * copies, customers.limitRooms[index]!),
    ),
    ...stations.map(({ name, servers, copies }, index) =>
      measureLoad('station', name, servers * copies, customers.stationRooms[index]!),
    ),
  ];
};
