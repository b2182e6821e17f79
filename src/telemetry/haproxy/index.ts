export type { HaproxyBackend, HaproxyReading } from './parse.ts';
export { type HaproxySamplerOptions, startHaproxySampler } from './sample.ts';
