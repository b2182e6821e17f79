export {
  type AcceptedReading,
  type AcceptedSamplerOptions,
  findListener,
  startAcceptedSampler,
} from './accepted/index.ts';
export {
  type HaproxyBackend,
  type HaproxyReading,
  type HaproxySamplerOptions,
  startHaproxySampler,
} from './haproxy/index.ts';
export { type PgBouncerReading, type PgBouncerSamplerOptions, startPgBouncerSampler } from './pgbouncer/index.ts';
export {
  type PostgresReading,
  type PostgresSampler,
  type PostgresSamplerOptions,
  type StatementCost,
  startPostgresSampler,
} from './postgres/index.ts';
export {
  type HostReading,
  type HostSamplerOptions,
  type HostUsage,
  hostUsageBetween,
  type MachineTicks,
  type PressureTotals,
  startHostSampler,
} from './pressure/index.ts';
export {
  type ComponentUsage,
  formatProcessCsv,
  formatPsrecordHeader,
  formatPsrecordLog,
  formatPsrecordRow,
  type IoCounts,
  type ProcessUsage,
  type PsrecordLogOptions,
  plotUsage,
  processCsvHeader,
  type Recorder,
  type RecorderOptions,
  type RecorderTarget,
  startRecorder,
  type UsageSample,
} from './processes/index.ts';
export type { Sampler, Timed } from './sampler.ts';
