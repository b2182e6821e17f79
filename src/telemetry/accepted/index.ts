export { findListener } from './listener.ts';
export { type AcceptedReading, type AcceptedSamplerOptions, startAcceptedSampler } from './sample.ts';
