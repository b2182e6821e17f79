import { wireRequest } from '../http1/request-text.ts';
import type { LoadJob } from '../job/job.ts';
import type { LoadResult } from '../job/types.ts';

const shownBytes = 64 * 1024;

/** The first request of a job and the answer to it as text; HTTP/2 is shown as HTTP/1.1 would have it. */
export const formatExchange = (job: LoadJob, { samples: [answer], errors }: LoadResult): string => {
  const { text, body } = wireRequest(job.requests[0]!, job.authority, job.isKeptAlive);
  const sent = Buffer.concat([Buffer.from(text, 'latin1'), body ?? Buffer.alloc(0)]);
  const request = `${shown(sent)}\n`;
  if (answer === undefined) return `${request}no answer: ${Object.keys(errors).join(', ')}\n`;
  const fields = Object.entries(answer.headers).map(([name, value]) => `${name}: ${value}\n`);
  return `${request}${answer.status}\n${fields.join('')}\n${shown(Buffer.from(answer.bodyBase64, 'base64'))}\n`;
};

/** What is not text has no place on a terminal. */
const shown = (bytes: Buffer): string => {
  const text = bytes.subarray(0, shownBytes).toString('utf8').replaceAll('\r\n', '\n');
  const rest = bytes.length > shownBytes ? `\n... and ${bytes.length - shownBytes} bytes more` : '';
  // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what is looked for.
  return /[\x00-\x08\x0b-\x1f\ufffd]/.test(text) && rest === '' ? `(${bytes.length} bytes)` : text + rest;
};
