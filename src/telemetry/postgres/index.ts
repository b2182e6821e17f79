export {
  type PostgresReading,
  type PostgresSampler,
  type PostgresSamplerOptions,
  type StatementCost,
  startPostgresSampler,
} from './sample.ts';
