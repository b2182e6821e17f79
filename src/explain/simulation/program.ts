import { copyShares } from '../model/copy-shares.ts';
import type { Network, RequestStep } from '../model/network.ts';

/** A network as the list of steps that each simulated request runs through, repeats unrolled. */
export interface Program {
  readonly steps: readonly Step[];
  readonly limits: readonly {
    readonly name: string;
    readonly slots: number;
    /** Copies inside each copy of the limit around it. */
    readonly copiesEach: number;
    /** All copies: those of the limit around it times its own. */
    readonly copies: number;
    /** Index of the nearest limit around it, or -1. */
    readonly outer: number;
    /** Shares of the copies inside each copy of the limit around it; undefined where they are entered at random. */
    readonly shares: readonly number[] | undefined;
  }[];
  readonly stations: readonly {
    readonly name: string;
    readonly servers: number;
    /** Index of the limit whose copies have one each, or -1. */
    readonly perCopyOf: number;
    readonly copies: number;
  }[];
}

export type Step =
  | { readonly kind: 'delay'; readonly ms: number; readonly name: string }
  | { readonly kind: 'serve'; readonly ms: number; readonly station: number }
  | { readonly kind: 'enter'; readonly limit: number }
  | { readonly kind: 'leave'; readonly limit: number };

/** More repeats than this are run as this many longer ones: beyond it interleaving changes nothing. */
const mostRepeats = 64;

export const compile = (network: Network): Program => {
  const limits: {
    name: string;
    slots: number;
    copiesEach: number;
    copies: number;
    outer: number;
    shares: readonly number[] | undefined;
  }[] = [];
  const stationNames = Object.keys(network.stations);
  const steps: Step[] = [];
  const limitIndex = new Map<string, number>();
  const emit = (stages: readonly RequestStep[], scale: number, outer: number): void => {
    for (const stage of stages) {
      switch (stage.kind) {
        case 'delay':
          if (stage.ms > 0) steps.push({ kind: 'delay', ms: stage.ms * scale, name: stage.name });
          break;
        case 'serve':
          if (stage.ms > 0) {
            const ms = stage.ms * scale * measureSlowness(network.stations[stage.station]!.servers);
            steps.push({ kind: 'serve', ms, station: stationNames.indexOf(stage.station) });
          }
          break;
        case 'limit': {
          const known = limitIndex.get(stage.name);
          const limit = known ?? limits.length;
          if (known === undefined) {
            const copiesEach = stage.copies ?? 1;
            const copies = copiesEach * (limits[outer]?.copies ?? 1);
            limits.push({
              name: stage.name,
              slots: stage.slots,
              copiesEach,
              copies,
              outer,
              shares: copyShares(stage),
            });
            limitIndex.set(stage.name, limit);
          }
          steps.push({ kind: 'enter', limit });
          emit(stage.stages, scale, limit);
          steps.push({ kind: 'leave', limit });
          break;
        }
        case 'repeat': {
          const turns = Math.min(mostRepeats, Math.ceil(stage.times));
          for (let turn = 0; turn < turns; turn += 1) emit(stage.stages, (scale * stage.times) / turns, outer);
          break;
        }
        default:
          stage satisfies never;
      }
    }
  };
  emit(network.stages, 1, -1);
  const stations = stationNames.map((name) => {
    const { servers, perCopyOf } = network.stations[name]!;
    const owner = perCopyOf === undefined ? -1 : limits.findIndex((limit) => limit.name === perCopyOf);
    return { name, servers: Math.ceil(servers), perCopyOf: owner, copies: owner < 0 ? 1 : limits[owner]!.copies };
  });
  return { steps, limits, stations };
};

/** 1.5 servers are simulated as two that take 2 / 1.5 times as long. */
const measureSlowness = (servers: number): number =>
  servers === Number.POSITIVE_INFINITY ? 1 : Math.ceil(servers) / servers;
