/** One answer, for those who want every one of them. Nanoseconds. */
export interface AnswerRow {
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

export const csvHeader = 'request-start,DNS,DNS+dialup,Response-delay,request-duration,bytes,status\n';

/** oha's columns, in seconds. */
export const formatCsvRow = ({ startNs, dnsNs, dialNs, firstByteNs, durationNs, bytes, status }: AnswerRow): string =>
  `${[startNs, dnsNs, dnsNs + dialNs, firstByteNs, durationNs].map((ns) => ns / 1e9).join(',')},${bytes},${status}\n`;
