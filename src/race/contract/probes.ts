import { describeThrown, withDeadline } from '../../base/index.ts';
import type { ContractProbe, Mismatch } from '../../plan/index.ts';
import type { CandidateFacts } from '../../result/index.ts';
import { type Endpoint, sendRequest } from '../preflight/http-request.ts';

type ContractResult = NonNullable<CandidateFacts['contract']>;

/** A candidate that breaks the contract is told the first few differences only. */
const mismatchesKept = 5;

/** Sends every probe of the workload, one request after another, and compares each answer. */
export const checkContract = async (
  endpoint: Endpoint,
  probes: readonly ContractProbe[],
  { timeoutMs, signal }: { timeoutMs: number; signal: AbortSignal },
): Promise<ContractResult> => {
  let checked = 0;
  const mismatches: (Mismatch & { probe: string })[] = [];
  for (const probe of probes) {
    for (let turn = 0; turn < (probe.times ?? 1); turn += 1) {
      if (mismatches.length === mismatchesKept) return { ok: false, checked, mismatches };
      checked += 1;
      const mismatch = await tryProbe(endpoint, probe, timeoutMs, signal);
      if (mismatch !== undefined) mismatches.push({ probe: probe.name, ...mismatch });
    }
  }
  return { ok: mismatches.length === 0, checked, mismatches };
};

const tryProbe = async (
  endpoint: Endpoint,
  probe: ContractProbe,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<Mismatch | undefined> => {
  try {
    return probe.check(await withDeadline(timeoutMs, signal, (limit) => sendRequest(endpoint, probe.request, limit)));
  } catch (error) {
    signal.throwIfAborted();
    return { path: 'answer', expected: 'an HTTP answer', actual: describeThrown(error) };
  }
};

/** "an expired session is refused: status: expected 401, got 200" */
export const describeMismatch = ({ probe, path, expected, actual }: ContractResult['mismatches'][number]): string =>
  `${probe}: at ${path} expected ${shorten(expected)}, got ${shorten(actual)}`;

/** A whole document would bury the sentence that it stands in; race.json has it in full. */
const shorten = (text: string): string =>
  text.length <= 120 ? text : `${text.slice(0, 120)}... (${text.length} characters)`;
