export type { PgBouncerReading } from './parse.ts';
export { type PgBouncerSamplerOptions, startPgBouncerSampler } from './sample.ts';
