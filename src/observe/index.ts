export {
  type ComponentUsage,
  formatPsrecordHeader,
  formatPsrecordLog,
  formatPsrecordRow,
  type IoCounts,
  type ProcessStat,
  type PsrecordLogOptions,
  type Recorder,
  type RecorderOptions,
  type RecorderTarget,
  startRecorder,
  type UsageSample,
} from './proc/index.ts';
