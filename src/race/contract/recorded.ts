import { plainText, withDeadline } from '../../base/index.ts';
import type { Mismatch, Workload, WorkloadAnswer, WorkloadRequest } from '../../plan/index.ts';
import { type Endpoint, sendRequest } from '../preflight/http-request.ts';
import { type AnswerPair, compareAnswers, listVarying, readType } from './compare-answers.ts';
import type { ContractCheck, ContractResult, RaceContract } from './race-contract.ts';

const mismatchesKept = 5;

/**
 * The contract of a workload that no module speaks for. Each request is sent twice; the answers of the first candidate that answers all of them
 * with a success are the reference of the others. Under load an answer must have the reference's status and content type: what it holds may
 * depend on the requests before it.
 */
export const createRecordedContract = (
  requests: readonly WorkloadRequest[],
  { contract: mode, ignore }: NonNullable<Workload['recorded']>,
  say: (text: string) => void,
): RaceContract => {
  let reference: readonly AnswerPair[] | undefined;
  const isIgnored = matchPaths(ignore);
  return {
    isEnforced: mode !== 'report',
    async check(endpoint, options) {
      const answers: AnswerPair[] = [];
      const mismatches: ContractResult['mismatches'] = [];
      for (const request of requests) {
        const pair: AnswerPair = [await ask(endpoint, request, options), await ask(endpoint, request, options)];
        answers.push(pair);
        const failed = pair.find(({ status }) => !isSuccess(status));
        const before = reference?.[answers.length - 1];
        const found =
          failed === undefined
            ? mode === 'off' || before === undefined
              ? []
              : compareAnswers(before, pair, isIgnored)
            : [{ path: 'status', expected: '200 to 299', actual: describeStatus(failed) }];
        mismatches.push(...found.map((mismatch) => ({ probe: `${request.method} ${request.path}`, ...mismatch })));
        // No server that fails is loaded, whatever the mode.
        if (failed !== undefined) return { ok: false, isHopeless: true, checked: answers.length, mismatches };
      }
      if (reference === undefined) {
        reference = answers;
        if (mode !== 'off') say(describeReference(options.candidate, requests, answers));
      }
      return { ok: mismatches.length === 0, checked: requests.length, mismatches: mismatches.slice(0, mismatchesKept) };
    },
    checkAnswer(requestIndex, answer) {
      const expected = mode === 'enforce' ? reference?.[requestIndex]?.[0] : undefined;
      if (expected === undefined)
        return isSuccess(answer.status) ? undefined : difference('status', '200 to 299', answer.status);
      if (answer.status !== expected.status) return difference('status', expected.status, answer.status);
      const [wanted, type] = [readType(expected), readType(answer)];
      return wanted === type ? undefined : difference('content-type', wanted, type);
    },
  };
};

const isSuccess = (status: number): boolean => status >= 200 && status < 300;

const difference = (path: string, expected: string | number, actual: string | number): Mismatch => ({
  path,
  expected: String(expected),
  actual: String(actual),
});

const ask = async (
  endpoint: Endpoint,
  request: WorkloadRequest,
  { timeoutMs, signal }: ContractCheck,
): Promise<WorkloadAnswer> => {
  const answer = await withDeadline(timeoutMs, signal, (limit) => sendRequest(endpoint, request, limit));
  // Each candidate has a port of its own, which links in an answer may name.
  const own = `${endpoint.host}:${endpoint.port}`;
  const body = Buffer.from(answer.body);
  return body.includes(own)
    ? { ...answer, body: Buffer.from(body.toString('latin1').replaceAll(own, 'HOST:PORT'), 'latin1') }
    : answer;
};

const describeStatus = ({ status, headers, body }: WorkloadAnswer): string => {
  const text = plainText(Buffer.from(body.subarray(0, 300)).toString('utf8').replaceAll(/\s+/g, ' ').trim()).slice(
    0,
    80,
  );
  const target = headers['location'] === undefined ? '' : ` to ${plainText(headers['location']).slice(0, 80)}`;
  return `${status}${target}${text === '' ? '' : ` (${text})`}`;
};

const pathsNamed = 5;

const describeReference = (
  candidate: string,
  requests: readonly WorkloadRequest[],
  answers: readonly AnswerPair[],
): string => {
  const varying = answers.flatMap((pair, index) =>
    listVarying(pair).map((path) => `${path} of ${requests[index]!.method} ${requests[index]!.path}`),
  );
  const [named, more] = [varying.slice(0, pathsNamed).join(', '), varying.length - pathsNamed];
  const left =
    varying.length === 0
      ? ''
      : `; not compared, as it differs between two answers: ${named}${more > 0 ? ` and ${more} more` : ''}`;
  return `the answers of ${candidate} are the contract${left}`;
};

/** `$.items[].id` is the id of every element, and all that is in it. */
const matchPaths = (ignore: readonly string[]): ((path: string) => boolean) => {
  const all = new Set(ignore.map((path) => path.replace(/\[\d*\]/g, '[]')));
  return (path) => {
    const general = path.replace(/\[\d+\]/g, '[]');
    if (all.size === 0) return false;
    return [...all].some((one) => general === one || general.startsWith(`${one}.`) || general.startsWith(`${one}[`));
  };
};
