export { type Clock, sleepMs, systemClock } from './clock.ts';
export { type ErrorCode, errorCodes, messageOf, PitwallError } from './error.ts';
export { present } from './present.ts';
export { createScope, type Scope } from './scope.ts';
export { findStreamBinding, type WriteRequest } from './stream-binding.ts';
