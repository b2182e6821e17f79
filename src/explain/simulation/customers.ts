import type { Random } from '../../stats/index.ts';
import { createWaitingRoom, type WaitingRoom } from '../model/waiting-room.ts';
import { createEventHeap } from './event-heap.ts';
import type { Program } from './program.ts';

/** What a customer is doing when its turn comes. */
const walking = 0;
const waitingForService = 1;
const inService = 2;

export interface CustomersOptions {
  readonly customers: number;
  readonly random: Random;
  /** Scatter of each service and delay: Erlang of this many phases. */
  readonly phases: number;
  /** Called as often as a customer has run through all steps. */
  readonly onRequestDone: () => void;
}

/** The customers of a closed network on their way through the steps of a program, event by event. */
export class Customers {
  /** One for each limit and each station, in the program's order. */
  readonly limitRooms: readonly WaitingRoom[];
  readonly stationRooms: readonly WaitingRoom[];
  /** Drawn less expected so far, at each station and (last) of all delays together. */
  readonly surplusMs: Float64Array;
  nowMs = 0;
  private readonly program: Program;
  private readonly options: CustomersOptions;
  private readonly heap: ReturnType<typeof createEventHeap>;
  private readonly nextStep: Int32Array;
  private readonly phase: Uint8Array;
  /** Which copy of each limit a customer is in. */
  private readonly copyOf: readonly Int32Array[];
  /** Customers who can go on at this moment. */
  private readonly ready: number[] = [];

  constructor(program: Program, options: CustomersOptions) {
    const { customers } = options;
    this.program = program;
    this.options = options;
    this.limitRooms = program.limits.map(({ slots, copies }) => createWaitingRoom(slots, copies));
    this.stationRooms = program.stations.map(({ servers, copies }) => createWaitingRoom(servers, copies));
    this.surplusMs = new Float64Array(program.stations.length + 1);
    this.heap = createEventHeap(customers);
    this.nextStep = new Int32Array(customers);
    this.phase = new Uint8Array(customers);
    this.copyOf = program.limits.map(() => new Int32Array(customers));
  }

  /** Sends everybody off from the first step. */
  start(): void {
    for (let customer = 0; customer < this.options.customers; customer += 1) this.walk(customer);
  }

  /** The next event; false when nobody can go on any more. */
  step(): boolean {
    const customer = this.ready.pop() ?? this.heap.pop();
    if (customer < 0) return false;
    this.nowMs = Math.max(this.nowMs, this.heap.poppedAtMs());
    this.resume(customer);
    return true;
  }

  private stationCopy(station: number, customer: number): number {
    const owner = this.program.stations[station]!.perCopyOf;
    return owner < 0 ? 0 : this.copyOf[owner]![customer]!;
  }

  private wake(customer: number): void {
    if (customer >= 0) this.ready.push(customer);
  }

  private schedule(customer: number, ms: number, control: number): void {
    const drawnMs = erlang(this.options.random, ms, this.options.phases);
    this.surplusMs[control]! += drawnMs - ms;
    this.heap.push(customer, this.nowMs + drawnMs);
  }

  private resume(customer: number): void {
    const { phase } = this;
    const step = this.program.steps[this.nextStep[customer]! - 1];
    if (step?.kind === 'serve' && phase[customer] === waitingForService) {
      phase[customer] = inService;
      this.schedule(customer, step.ms, step.station);
      return;
    }
    if (step?.kind === 'serve' && phase[customer] === inService) {
      this.wake(this.stationRooms[step.station]!.leave(this.stationCopy(step.station, customer), this.nowMs));
    }
    this.walk(customer);
  }

  /** Takes a customer from its step to the next one at which it has to wait for something. */
  private walk(customer: number): void {
    const { steps } = this.program;
    for (let at = this.nextStep[customer]!; ; at += 1) {
      if (at === steps.length) {
        at = 0;
        this.options.onRequestDone();
      }
      const step = steps[at]!;
      this.nextStep[customer] = at + 1;
      this.phase[customer] = walking;
      switch (step.kind) {
        case 'delay':
          this.schedule(customer, step.ms, this.stationRooms.length);
          return;
        case 'serve':
          this.serve(customer, step.station, step.ms);
          return;
        case 'enter':
          if (!this.enter(customer, step.limit)) return;
          break;
        case 'leave':
          this.wake(this.limitRooms[step.limit]!.leave(this.copyOf[step.limit]![customer]!, this.nowMs));
          break;
        default:
          step satisfies never;
      }
    }
  }

  private serve(customer: number, station: number, ms: number): void {
    if (this.stationRooms[station]!.enter(this.stationCopy(station, customer), customer, this.nowMs)) {
      this.phase[customer] = inService;
      this.schedule(customer, ms, station);
    } else {
      this.phase[customer] = waitingForService;
    }
  }

  /** Takes a place in one of a limit's copies, or false: the customer waits for one. */
  private enter(customer: number, limit: number): boolean {
    const { copiesEach, outer, shares } = this.program.limits[limit]!;
    const first = outer < 0 ? 0 : this.copyOf[outer]![customer]! * copiesEach;
    const own = this.options.random.integer(copiesEach);
    const copy = first + (shares === undefined ? own : this.limitRooms[limit]!.emptiest(first, shares, own));
    this.copyOf[limit]![customer] = copy;
    return this.limitRooms[limit]!.enter(copy, customer, this.nowMs);
  }
}

/** A time with the given mean and a coefficient of variation of 1 / sqrt(phases). */
const erlang = (random: Random, meanMs: number, phases: number): number => {
  let product = 1;
  for (let turn = 0; turn < phases; turn += 1) product *= 1 - random.uniform();
  return (-meanMs / phases) * Math.log(product);
};
