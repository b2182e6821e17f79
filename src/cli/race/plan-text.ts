import { plainText } from '../../base/index.ts';
import { environmentNames, postgresVersion } from '../../components/index.ts';
import { formatDurationMs, type Plan, type PlanEntry, type WorkloadRequest } from '../../plan/index.ts';
import type { PlanCheck } from '../../race/index.ts';

const mostShown = 8;

/** What a race of the plan would run, for people. */
export const formatPlan = (plan: Plan, check: PlanCheck): string =>
  `${[
    `${plan.name} (${plan.file})`,
    ...(plan.about === undefined ? [] : [`  ${plan.about}`]),
    ...describeLoad(plan),
    ...describeAround(plan, check),
    ...describeWorkload(plan),
    ...plan.entries.slice(0, mostShown).flatMap((entry) => describeEntry(entry, check.lacking.get(entry.name) ?? [])),
    ...andMore(plan.entries.length, 'entries'),
  ]
    .map(plainText)
    .join('\n')}\n`;

const describeLoad = (plan: Plan): readonly string[] => {
  const rounds = plan.entries.length * plan.blocks;
  const secondsEach = (plan.warmupMs + plan.durationMs) / 1_000;
  const length = plan.untilDecidedMs === undefined ? `${plan.blocks} blocks` : `at least ${plan.blocks} blocks`;
  return [
    `  ${length} of ${formatDurationMs(plan.durationMs)} after ${formatDurationMs(plan.warmupMs)} of warm-up, ${plan.connections} connections`,
    `  ${rounds} rounds, at least ${Math.ceil((rounds * secondsEach) / 60)} min`,
    ...(plan.untilDecidedMs === undefined
      ? []
      : [
          `  more blocks until it is decided, ${formatDurationMs(plan.untilDecidedMs)} and ${plan.maxBlocks} blocks at most`,
        ]),
  ];
};

const describeAround = ({ proxy, pooler, hosts, links }: Plan, { missing }: PlanCheck): readonly string[] => [
  `  database  Postgres ${postgresVersion()}, started by pitwall`,
  ...(pooler === undefined ? [] : [`  pooler    PgBouncer, ${pooler.connections} server connections`]),
  ...(proxy === undefined
    ? []
    : [`  proxy     HAProxy, maxconn ${proxy.maxconn}, paths that begin with ${proxy.pathPrefix}`]),
  ...(hosts === 'local' ? [] : ['  hosts     a network namespace for each role']),
  ...Object.entries(links).map(([place, { rttMs }]) => `  link      ${place}: ${rttMs} ms round trip`),
  ...missing.map(({ tool, install }) => `  missing   ${tool}: the race would go without it (${install})`),
];

const describeWorkload = ({ workload }: Plan): readonly string[] => {
  const { tables, requests, probes } = workload.data;
  return [
    `  workload  ${workload.name}${workload.recorded === undefined ? `, scale ${workload.scale}` : ''} (${workload.folder})`,
    ...tables.map(({ table, rows }) => `    table   ${table}, ${rows.length} rows`),
    ...requests.slice(0, mostShown).map((request) => `    request ${describeRequest(request)}`),
    ...andMore(requests.length, 'requests'),
    ...(workload.recorded === undefined ? [] : [`    checked ${describeRecorded[workload.recorded.contract]}`]),
    ...probes.slice(0, mostShown).map(({ name }) => `    checked ${name}`),
    ...andMore(probes.length, 'checks'),
  ];
};

const describeRecorded = {
  enforce: 'answers are those of the first candidate; who differs is left out',
  report: 'answers are those of the first candidate; who differs is marked',
  off: 'the status of each answer is 200 to 299',
} as const;

const describeRequest = ({ method, path, body, weight }: WorkloadRequest): string =>
  [
    `${method} ${path}`,
    ...(body === undefined ? [] : [`with a body of ${Buffer.byteLength(body)} bytes`]),
    ...(weight === undefined ? [] : [`weight ${weight}`]),
  ].join(', ');

const describeEntry = (entry: PlanEntry, lacking: readonly string[]): readonly string[] => {
  const { candidate, settings } = entry;
  const set = Object.entries(settings).map(([name, value]) => `${name} ${value}`);
  return [
    `  ${entry.name} (${candidate.folder})`,
    ...candidate.prepare.map((command) => `    build   ${describeCommand(command)}`),
    ...candidate.migrate.map((command) => `    migrate ${describeCommand(command)}`),
    ...candidate.seed.map((command) => `    seed    ${describeCommand(command)}`),
    `    start   ${describeCommand(candidate.start.command)}`,
    ...(set.length === 0 ? [] : [`    set     ${set.join(', ')}`]),
    `    env     ${environmentNames(entry).join(' ')}`,
    ...(lacking.length === 0 ? [] : [`    SKIPPED it needs ${lacking.join(' and ')}, not found on the PATH`]),
  ];
};

/** As a shell would take it. */
const describeCommand = (words: readonly string[]): string =>
  words.map((word) => (/^[\w./:=@{}+,-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)).join(' ');

const andMore = (count: number, what: string): readonly string[] =>
  count > mostShown ? [`    and ${count - mostShown} more ${what}`] : [];
