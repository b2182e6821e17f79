export { formatProcessCsv, type ProcessUsage, processCsvHeader } from './by-process.ts';
export type { IoCounts } from './parse.ts';
export { openProcReader } from './proc-reader.ts';
export {
  formatPsrecordHeader,
  formatPsrecordLog,
  formatPsrecordRow,
  type PsrecordLogOptions,
} from './psrecord-log.ts';
export { type Recorder, type RecorderOptions, type RecorderTarget, startRecorder } from './recorder.ts';
export { followTrees } from './tree.ts';
export type { ComponentUsage, UsageSample } from './usage.ts';
export { plotUsage } from './usage-plot.ts';
