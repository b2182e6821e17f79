import { describeThrown, PitwallError, plainText, withDeadline } from '../../base/index.ts';
import type { UrlPlan, UrlTarget, WorkloadAnswer, WorkloadRequest } from '../../plan/index.ts';
import type { AnswerPair } from '../contract/compare-answers.ts';
import { sendRequest } from '../preflight/http-request.ts';
import { buildRequest } from './url-job.ts';

/** A server that takes longer for its first answer is not there, for somebody who waits. */
const mostWaitMs = 10_000;

/**
 * Asks every server twice for what it will be loaded with.
 * @throws PitwallError `race.url-failed`, with a sentence for each that does not answer or answers with anything but a success.
 */
export const askUrls = async (plan: UrlPlan, signal: AbortSignal): Promise<ReadonlyMap<string, AnswerPair>> => {
  const answers = new Map<string, AnswerPair>();
  const failures: string[] = [];
  for (const target of plan.targets) {
    try {
      answers.set(target.name, [await ask(plan, target, signal), await ask(plan, target, signal)]);
    } catch (error) {
      signal.throwIfAborted();
      failures.push(`${describeTarget(target)} ${describeFailure(error, target)}.`);
    }
  }
  if (failures.length > 0) throw new PitwallError('race.url-failed', failures.join('\n  '));
  return answers;
};

const describeTarget = ({ name, shown }: UrlTarget): string => (shown.includes(name) ? shown : `${name} (${shown})`);

const ask = async (plan: UrlPlan, target: UrlTarget, signal: AbortSignal): Promise<WorkloadAnswer> => {
  const { host, port, isTls } = target;
  const endpoint = { host, port, ...(isTls ? { tls: { isVerified: plan.isVerified } } : {}) };
  const request = buildRequest(plan, target);
  const limitMs = Math.min(plan.timeoutMs, mostWaitMs);
  const answer = await withDeadline(limitMs, signal, (limit) =>
    sendRequest(endpoint, { ...request, headers: { Host: target.authority, ...request.headers } }, limit),
  );
  if (answer.status >= 200 && answer.status < 300) return answer;
  throw new Error(describeStatus(answer, request));
};

const describeStatus = ({ status, headers, body }: WorkloadAnswer, { method, path }: WorkloadRequest): string => {
  const { location } = headers;
  if (status >= 300 && status < 400 && location !== undefined) {
    return `answers with status ${status}, a redirect to ${quote(location)}: race that address`;
  }
  const text = Buffer.from(body.subarray(0, 500)).toString('utf8').replaceAll(/\s+/g, ' ').trim();
  return `answers ${method} ${path.replace(/\?.*$/s, '')} with status ${status}${text === '' ? '' : `: ${quote(text)}`}`;
};

const quote = (text: string): string => `"${plainText(text).slice(0, 120)}${text.length > 120 ? '…' : ''}"`;

const describeFailure = (error: unknown, { host, port, isTls }: UrlTarget): string => {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const reason = describeThrown(error);
  if (code === 'ECONNREFUSED') return `does not answer: nothing listens on port ${port} of ${host}`;
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return `cannot be found: there is no address for ${host} (${code})`;
  if (code === 'ECONNRESET' || code === 'EPIPE') return 'does not answer: it closed the connection';
  if (isTls && (code === 'EPROTO' || code.startsWith('ERR_SSL')))
    return 'does not speak TLS: give its address with http://';
  if (isTls && /certificate|CERT|altnames/i.test(`${code} ${reason}`))
    return `has a certificate that is not trusted (${reason}): add --insecure to race it all the same`;
  if (code.startsWith('HPE_')) return `does not answer in HTTP (${reason})${isTls ? '' : ': is it https://?'}`;
  return reason.startsWith('answers ') ? reason : `does not answer: ${reason.replace(/\.$/, '')}`;
};
