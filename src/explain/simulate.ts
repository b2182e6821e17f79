// Not by way of the room's index: its histogram codec needs node:zlib, and the model also runs in a page.
import { controlledMean } from '../stats/controlled-mean.ts';
import type { Random } from '../stats/index.ts';
import { checkNetwork } from './check-network.ts';
import { createEventHeap } from './event-heap.ts';
import type { Network } from './network.ts';
import type { PlaceLoad } from './place-load.ts';
import { compile } from './program.ts';
import { between, type Quantity } from './quantity.ts';
import { createWaitingRoom, type WaitingRoom } from './waiting-room.ts';

export interface SimulationOptions {
  readonly random: Random;
  /** Requests that count, after the warm-up. @default 20_000 */
  readonly requests?: number;
  /**
   * Scatter of each service and delay: Erlang of this many phases. 1 is exponential (what the solver assumes,
   * so that the two can be held against each other); 4, with a coefficient of variation of 0.5, is nearer to
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
  readonly requestsPerSecond: Quantity;
  /** From one request's start to the next one's on the same connection. */
  readonly cycleMs: number;
  /** Stations and limits; delays are left out. */
  readonly places: readonly PlaceLoad[];
  /** Simulated events: the cost of the run. */
  readonly events: number;
}

const batches = 20;

/** What a customer is doing when its turn comes. */
const walking = 0;
const waitingForService = 1;
const inService = 2;

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
  const { steps, limits, stations } = compile(network);
  const limitRooms = limits.map(({ slots, copies }) => createWaitingRoom(slots, copies));
  const stationRooms = stations.map(({ servers, copies }) => createWaitingRoom(servers, copies));
  const heap = createEventHeap(connections);
  const nextStep = new Int32Array(connections);
  const phase = new Uint8Array(connections);
  /** Which copy of each limit a customer is in. */
  const copyOf = limits.map(() => new Int32Array(connections));
  /** Customers who can go on at this moment. */
  const ready: number[] = [];
  const perBatch = Math.max(1, Math.ceil(requests / batches));
  const warmUp = 5 * connections + Math.ceil(requests / 10);
  const batchEndsMs: number[] = [];
  /** Drawn less expected so far, at each station and of all delays together. */
  const surplusMs = new Float64Array(stations.length + 1);
  const ofDelays = stations.length;
  const surplusEndsMs: Float64Array[] = [];
  let nowMs = 0;
  let done = 0;
  let events = 0;

  const stationCopy = (station: number, customer: number): number => {
    const owner = stations[station]!.perCopyOf;
    return owner < 0 ? 0 : copyOf[owner]![customer]!;
  };
  const wake = (customer: number): void => {
    if (customer >= 0) ready.push(customer);
  };
  const schedule = (customer: number, ms: number, control: number): void => {
    const drawnMs = erlang(random, ms, phases);
    surplusMs[control]! += drawnMs - ms;
    heap.push(customer, nowMs + drawnMs);
  };
  const finishRequest = (): void => {
    done += 1;
    if (done === warmUp) for (const room of [...limitRooms, ...stationRooms]) room.startCounting(nowMs);
    if (done < warmUp || (done - warmUp) % perBatch !== 0) return;
    batchEndsMs.push(nowMs);
    surplusEndsMs.push(Float64Array.from(surplusMs));
  };

  /** Takes a customer from its step to the next one at which it has to wait for something. */
  const walk = (customer: number): void => {
    for (let at = nextStep[customer]!; ; at += 1) {
      if (at === steps.length) {
        at = 0;
        finishRequest();
      }
      const step = steps[at]!;
      nextStep[customer] = at + 1;
      phase[customer] = walking;
      switch (step.kind) {
        case 'delay':
          schedule(customer, step.ms, ofDelays);
          return;
        case 'serve':
          if (stationRooms[step.station]!.enter(stationCopy(step.station, customer), customer, nowMs)) {
            phase[customer] = inService;
            schedule(customer, step.ms, step.station);
          } else {
            phase[customer] = waitingForService;
          }
          return;
        case 'enter': {
          const { copiesEach, outer, shares } = limits[step.limit]!;
          const first = outer < 0 ? 0 : copyOf[outer]![customer]! * copiesEach;
          const own = random.integer(copiesEach);
          const copy = first + (shares === undefined ? own : limitRooms[step.limit]!.emptiest(first, shares, own));
          copyOf[step.limit]![customer] = copy;
          if (!limitRooms[step.limit]!.enter(copy, customer, nowMs)) return;
          break;
        }
        case 'leave':
          wake(limitRooms[step.limit]!.leave(copyOf[step.limit]![customer]!, nowMs));
          break;
        default:
          step satisfies never;
      }
    }
  };
  const resume = (customer: number): void => {
    const step = steps[nextStep[customer]! - 1];
    if (step?.kind === 'serve' && phase[customer] === waitingForService) {
      phase[customer] = inService;
      schedule(customer, step.ms, step.station);
      return;
    }
    if (step?.kind === 'serve' && phase[customer] === inService) {
      wake(stationRooms[step.station]!.leave(stationCopy(step.station, customer), nowMs));
    }
    walk(customer);
  };

  for (let customer = 0; customer < connections; customer += 1) walk(customer);
  while (batchEndsMs.length <= batches) {
    const customer = ready.pop() ?? heap.pop();
    if (customer < 0) break;
    nowMs = Math.max(nowMs, heap.poppedAtMs());
    events += 1;
    resume(customer);
  }

  const perRequest = (atEnds: readonly number[]): readonly number[] =>
    atEnds.slice(1, batches + 1).map((end, index) => (end - atEnds[index]!) / perBatch);
  const controls = Array.from(surplusMs, (_, control) => perRequest(surplusEndsMs.map((ends) => ends[control]!)));
  const gapMs = controlledMean(perRequest(batchEndsMs), controls);
  const loadOf = (kind: 'limit' | 'station', name: string, capacity: number, room: WaitingRoom): PlaceLoad => {
    const { waiting, busy } = room.means(nowMs);
    return { kind, name, present: waiting + busy, waiting, busy, capacity };
  };
  return {
    requestsPerSecond: between(1_000 / gapMs.high, 1_000 / gapMs.mean, 1_000 / gapMs.low),
    cycleMs: connections * gapMs.mean,
    places: [
      ...limits.map(({ name, slots, copies }, index) => loadOf('limit', name, slots * copies, limitRooms[index]!)),
      ...stations.map(({ name, servers, copies }, index) =>
        loadOf('station', name, servers * copies, stationRooms[index]!),
      ),
    ],
    events,
  };
};

/** A time with the given mean and a coefficient of variation of 1 / sqrt(phases). */
const erlang = (random: Random, meanMs: number, phases: number): number => {
  let product = 1;
  for (let turn = 0; turn < phases; turn += 1) product *= 1 - random.uniform();
  return (-meanMs / phases) * Math.log(product);
};
