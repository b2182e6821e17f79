export { type Clock, machineNowNs, sleepMs, systemClock } from './clock.ts';
export { type Deadline, startDeadline, unlessAborted, withDeadline } from './deadline.ts';
export { debugEnvironment } from './debug.ts';
export { describeThrown, type ErrorCode, errorCodes, PitwallError } from './error.ts';
export {
  formatEstimate,
  formatEstimateRange,
  formatInterval,
  formatNumber,
  formatPercent,
  formatShare,
  formatWholePercent,
} from './numbers.ts';
export { plainText } from './plain-text.ts';
export { labelPoint } from './point-label.ts';
export { present } from './present.ts';
export { type ProcessStat, parseProcessStat } from './process-stat.ts';
export { createScope, type Scope } from './scope.ts';
export { findSocketInode, parseSocketTable, type TableSocket } from './socket-table.ts';
export { type ComponentName, componentNames, type HostKind, hostKinds, poolMode } from './stage-names.ts';
export { findStreamBinding, type WriteRequest } from './stream-binding.ts';
