import type { Lane } from '../engine/lane.ts';
import type { LoadJob } from '../job/job.ts';
import { listRoutes } from '../result/routes.ts';

/** One answer, for those who want every one of them. Nanoseconds. */
export interface AnswerRow {
  readonly requestIndex: number;
  /** After the start of the load. */
  readonly startNs: number;
  /** 0 where the connection was open already. */
  readonly dnsNs: number;
  readonly dialNs: number;
  readonly firstByteNs: number;
  readonly durationNs: number;
  readonly bytes: number;
  readonly status: number;
}

/** What a lane has got, as a row. */
export const answerRow = (
  lane: Pick<Lane, 'requestIndex' | 'sentNs' | 'dialNs' | 'firstByteNs' | 'bodyBytes' | 'status'>,
  startNs: number,
  nowNs: number,
): AnswerRow => ({
  requestIndex: lane.requestIndex,
  startNs: lane.sentNs - startNs,
  dnsNs: 0,
  dialNs: lane.dialNs,
  firstByteNs: lane.firstByteNs - lane.sentNs,
  durationNs: nowNs - lane.sentNs,
  bytes: lane.bodyBytes,
  status: lane.status,
});

/** oha's columns in seconds, and the route where the job names routes: the first line, and what makes a line of a row. */
export const csvFormat = (job: Pick<LoadJob, 'requests'>) => {
  const routes = listRoutes(job);
  const header = 'request-start,DNS,DNS+dialup,Response-delay,request-duration,bytes,status';
  return {
    header: routes === undefined ? `${header}\n` : `${header},route\n`,
    formatRow: (row: AnswerRow): string => {
      const { startNs, dnsNs, dialNs, firstByteNs, durationNs, bytes, status } = row;
      const seconds = [startNs, dnsNs, dnsNs + dialNs, firstByteNs, durationNs].map((ns) => ns / 1e9);
      const route = routes && quoted(routes.names[routes.routeOf[row.requestIndex]!]!);
      return `${seconds.join(',')},${bytes},${status}${route === undefined ? '' : `,${route}`}\n`;
    },
  };
};

const quoted = (text: string): string => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
