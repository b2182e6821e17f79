import { type LatencySummary, type LoadResult, requestClasses } from '../job/types.ts';

/** Response times that are this much above service times deserve an explanation. */
const partingRatio = 1.1;
const partingMs = 1;

/** What pitwall says beyond oha: every request's class, the open loop's three times, and whether the numbers can be trusted. */
export const formatExtras = (result: LoadResult): string[] => [
  'Requests by class (the rate counts ok; the times count ok and wrong):',
  `  ${requestClasses.map((name) => `${spelled[name]} ${result.counts[name]}`).join(', ')}`,
  ...retryLines(result),
  ...routeLines(result),
  ...openLoopLines(result),
  ...flagLines(result),
];

const spelled = {
  ok: 'ok',
  wrong: 'wrong',
  status: 'status',
  reset: 'reset',
  timeout: 'timeout',
  cutOff: 'cut off',
  neverSent: 'never sent',
} as const;

const retryLines = ({ retries }: LoadResult): string[] =>
  retries === 0 ? [] : [`  sent again ${retries} times, because the server had not processed them`];

const widestRoute = 40;

/** Times are those that the text shows. */
const routeLines = ({ routes }: LoadResult): string[] => {
  if (routes === undefined) return [];
  const width = Math.min(widestRoute, Math.max(...routes.map(({ name }) => name.length)));
  const cells = (texts: readonly string[]): string => texts.map((text) => text.padStart(10)).join('');
  return [
    '',
    `${'By route (times in ms)'.padEnd(width + 2)}${cells(['ok/s', 'ok', 'failed', 'p50', 'p99', 'max'])}`,
    ...routes.map(({ name, counts, requestsPerSecond, latencyMs, responseMs }) => {
      const { p50, p99, max } = responseMs ?? latencyMs;
      const failed = requestClasses.reduce((sum, one) => sum + (one === 'ok' ? 0 : counts[one]), 0);
      const shown = name.length > width ? `${name.slice(0, width - 3)}...` : name;
      const times = [p50, p99, max].map((ms) => ms.toFixed(3));
      return `  ${shown.padEnd(width)}${cells([requestsPerSecond.toFixed(1), String(counts.ok), String(failed), ...times])}`;
    }),
  ];
};

const openLoopLines = ({ latencyMs, responseMs, scheduleDelayMs }: LoadResult): string[] => {
  if (responseMs === undefined || scheduleDelayMs === undefined) return [];
  return [
    '',
    'Open loop (ms)           mean       p50       p90       p99       max',
    row('  service time', latencyMs),
    row('  response time', responseMs),
    row('  schedule delay', scheduleDelayMs),
    ...explanation(latencyMs, responseMs),
  ];
};

const row = (name: string, { mean, p50, p90, p99, max }: LatencySummary): string =>
  `${name.padEnd(19)}${[mean, p50, p90, p99, max].map((ms) => ms.toFixed(3).padStart(10)).join('')}`;

const explanation = (service: LatencySummary, response: LatencySummary): string[] => {
  if (response.p99 < service.p99 * partingRatio + partingMs) return [];
  return [
    '  Service time runs from the send to the last byte; response time from when the request was due. They part where requests',
    '  could not be sent when they were due, because all connections waited for the server: its users would have waited as well.',
    '  So the response time is what they see at this rate, and the service time is what the server needed once it had the request.',
  ];
};

const flagLines = ({ flags }: LoadResult): string[] => {
  const raised = flags.filter(({ ok }) => !ok);
  return raised.length === 0
    ? []
    : ['', 'Not to be trusted:', ...raised.map(({ name, explain }) => `  ${name}: ${explain}`)];
};
