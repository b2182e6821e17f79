import type { Clock } from '../../base/index.ts';
import type { EngineShare } from '../engine/engine.ts';
import type { LoadJob, LoadModel } from '../job/job.ts';
import { type Arrivals, burstArrivals, constantArrivals, poissonArrivals, rampingArrivals } from './arrivals.ts';
import { ClosedTraffic } from './closed-traffic.ts';
import { OpenTraffic } from './open-traffic.ts';
import { findStream } from './random-streams.ts';
import type { Traffic } from './traffic.ts';

/** The traffic of one worker, by the model of its job. */
export const createTraffic = (job: LoadJob, share: EngineShare, clock: Clock): Traffic => {
  const { model, streamsPerConnection } = job;
  if (model.kind === 'closed') return new ClosedTraffic(share.requests, job.waitsAtEnd, clock);
  const arrivals = createArrivals(model, job.seed, share);
  return new OpenTraffic(arrivals, share.requests, share.connections * streamsPerConnection, clock);
};

const createArrivals = (model: Exclude<LoadModel, { kind: 'closed' }>, seed: number, share: EngineShare): Arrivals => {
  const random = findStream(seed, 3 * share.worker + 2);
  switch (model.kind) {
    case 'open':
      return model.arrivals === 'poisson'
        ? poissonArrivals(model.ratePerS, share, random)
        : constantArrivals(model.ratePerS, share);
    case 'stages': {
      const stages = model.stages.map(({ durationMs, ratePerS }) => ({ durationNs: durationMs * 1e6, ratePerS }));
      return rampingArrivals(stages, share, model.arrivals === 'poisson' ? random : undefined);
    }
    case 'bursts':
      return burstArrivals(model.size, model.everyMs * 1e6, share);
    default:
      return model satisfies never;
  }
};
