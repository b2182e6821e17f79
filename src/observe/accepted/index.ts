export { type AcceptedReading, type AcceptedSamplerOptions, startAcceptedSampler } from './sample.ts';
