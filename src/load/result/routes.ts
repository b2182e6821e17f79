import { Histogram, type HistogramSnapshot } from '../../stats/recording/index.ts';
import type { LoadJob } from '../job/job.ts';
import { type RequestClass, requestClasses } from '../job/types.ts';

/** What one worker measured of the requests of one route. */
export interface RouteTally<H = Histogram> {
  readonly name: string;
  readonly counts: Record<RequestClass, number>;
  /** The ok answers that the rate counts; known at the end. */
  rated: number;
  /** Open loop: ok answers that came in the measured time. */
  okInTime: number;
  bodyBytes: number;
  readonly statuses: Record<number, number>;
  readonly serviceNs: H;
  /** Open loop; empty in the closed one. */
  readonly responseNs: H;
}

/** Each has histograms of its own; what is beyond goes together. */
const mostRoutes = 256;
const beyond = 'all others';

/** Which route each request of a job belongs to; undefined where the job names none. */
export const listRoutes = ({ requests }: Pick<LoadJob, 'requests'>) => {
  if (requests.every(({ route }) => route === undefined)) return undefined;
  const names: string[] = [];
  const indexOf = new Map<string, number>();
  const take = (name: string): number => {
    const known = indexOf.get(name);
    if (known !== undefined) return known;
    if (names.length >= mostRoutes - 1 && name !== beyond) return take(beyond);
    indexOf.set(name, names.length);
    return names.push(name) - 1;
  };
  const routeOf = Uint16Array.from(requests, ({ route, method, path }) => take(route ?? `${method} ${path}`));
  return { names, routeOf };
};

/** Counts what happens to requests by their route. */
export class RouteRecorder {
  readonly tallies: readonly RouteTally[];
  private readonly routeOf: Uint16Array;

  constructor({ names, routeOf }: NonNullable<ReturnType<typeof listRoutes>>) {
    this.routeOf = routeOf;
    this.tallies = names.map((name) => emptyTally(name));
  }

  /** Of a request by its index in the job. */
  of(requestIndex: number): RouteTally {
    return this.tallies[this.routeOf[requestIndex]!]!;
  }
}

const emptyTally = (name: string): RouteTally => ({
  name,
  counts: Object.fromEntries(requestClasses.map((one) => [one, 0])) as Record<RequestClass, number>,
  rated: 0,
  okInTime: 0,
  bodyBytes: 0,
  statuses: {},
  serviceNs: new Histogram(),
  responseNs: new Histogram(),
});

/** The same routes of several workers. */
export const mergeRoutes = (parts: readonly (readonly RouteTally[])[]): readonly RouteTally[] =>
  (parts[0] ?? []).map(({ name }, index) => {
    const merged = emptyTally(name);
    for (const part of parts) {
      const { counts, rated, bodyBytes, statuses, serviceNs, responseNs } = part[index]!;
      for (const one of requestClasses) merged.counts[one] += counts[one];
      merged.rated += rated;
      merged.bodyBytes += bodyBytes;
      for (const [status, count] of Object.entries(statuses))
        merged.statuses[Number(status)] = (merged.statuses[Number(status)] ?? 0) + count;
      merged.serviceNs.merge(serviceNs);
      merged.responseNs.merge(responseNs);
    }
    return merged;
  });

/** Between threads histograms travel as snapshots, since a structured clone has no methods. */
export const packRoute = (route: RouteTally): RouteTally<HistogramSnapshot> => ({
  ...route,
  serviceNs: route.serviceNs.snapshot(),
  responseNs: route.responseNs.snapshot(),
});

export const unpackRoute = (route: RouteTally<HistogramSnapshot>): RouteTally => ({
  ...route,
  serviceNs: Histogram.restore(route.serviceNs),
  responseNs: Histogram.restore(route.responseNs),
});
