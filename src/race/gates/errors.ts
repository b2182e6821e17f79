import type { LoadResult } from '../../load/index.ts';
import type { RoundGate } from './round-facts.ts';

/** A request that failed cost the server less than one that did not: a rate with failures in it is no rate. */
export const errorsGate: RoundGate = ({ load }) => {
  const { ok: answered, status, reset, timeout, wrong } = load.counts;
  const errors = status + reset + timeout + wrong;
  const ok = errors === 0 && answered > 0;
  return {
    name: 'errors',
    ok,
    effect: 'refuses',
    value: errors,
    limit: 0,
    ...(ok ? {} : { reason: describeErrors(load, errors, errors + answered) }),
  };
};

const describeErrors = (load: LoadResult, errors: number, total: number): string => {
  if (errors === 0) return 'no request was answered';
  const messages = [
    ...Object.entries(load.statusCodes)
      .filter(([code]) => !/^[23]/.test(code))
      .map(([code, count]) => `${count} x status ${code}`),
    // What was cut off at the deadline is no failure, though the load generator lists it.
    ...Object.entries(load.errors)
      .filter(([message]) => !message.startsWith('cut off'))
      .map(([message, count]) => `${count} x ${message}`),
  ];
  return `${errors} of ${total} requests failed: ${messages.slice(0, 3).join(', ')}`;
};
