import { atMost, type RoundGate } from './round-facts.ts';

const limitMs = 100;

/** pitwall times with the monotonic clock; servers, pools and the database may not, and a machine that slept measured nothing. */
export const clockGate: RoundGate = ({ clockJumpMs }) =>
  atMost(
    'clock',
    'refuses',
    Math.abs(clockJumpMs),
    limitMs,
    () => `the system clock moved by ${(clockJumpMs / 1_000).toFixed(1)} s against the monotonic one during the round`,
  );
