export type { MachineTicks, PressureTotals } from './parse.ts';
export {
  type HostReading,
  type HostSamplerOptions,
  type HostUsage,
  hostUsageBetween,
  startHostSampler,
} from './sample.ts';
