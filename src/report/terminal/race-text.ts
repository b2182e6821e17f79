import { styleText } from 'node:util';
import { formatNumber } from '../../base/index.ts';
import type { RaceResult } from '../../result/index.ts';
import { formatSweep, isSweep } from '../sweep/table.ts';
import { plainText } from '../text/plain-text.ts';
import { countBlocks } from '../view/count-blocks.ts';
import type { RaceView } from '../view/race-view.ts';
import { detailLines } from './details.ts';
import { firstStepText } from './first-step.ts';
import { cutTo, fold, foldBeside } from './fold.ts';
import { limitText } from './limits.ts';
import { tableLines } from './race-table.ts';
import { warningLines } from './warnings.ts';

export interface RaceTextOptions {
  /** Width of the terminal. @default no limit: in a file a line is as long as it has to be */
  readonly columns?: number;
  /** @default false */
  readonly hasColors?: boolean;
  /** Where the report is and what shows the rest; said last. */
  readonly closing?: readonly { readonly label: string; readonly text: string }[];
}

type Paint = (format: Parameters<typeof styleText>[0], text: string) => string;

/**
 * The end of a race: the verdict, the table, what limits each candidate with one thing to try, warnings, and where the
 * rest is.
 */
export const formatRaceText = (view: RaceView, options: RaceTextOptions = {}): string => {
  const { columns = Number.POSITIVE_INFINITY, hasColors = false, closing = [] } = options;
  const paint: Paint = (format, text) => (hasColors ? styleText(format, text, { validateStream: false }) : text);
  const parts = [
    verdictPart(view, columns, paint),
    isSweep(view.race) ? formatSweep(view.race).trimEnd().split('\n') : [],
    tablePart(view.race, columns, paint),
    limitsPart(view, columns, paint),
    warningLines(view.race).map(
      (text) => `${paint('yellow', 'Warning:')} ${cutTo(text, columns - 'Warning: '.length)}`,
    ),
    closing.map(({ label, text }) => `${paint('dim', `${label}:`.padEnd(closingWidth))}${text}`),
  ];
  const text = parts
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n');
  return `${hasColors ? plainButColored(text) : plainText(text)}\n`;
};

/** A journal may come from anywhere, and all of it is text for a terminal: of escape sequences only colours are left. */
const plainButColored = (text: string): string =>
  text
    .split(colorSequence)
    .map((part, index) => (index % 2 === 1 ? part : plainText(part)))
    .join('');

// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences begin with one
const colorSequence = /(\x1b\[[0-9;]*m)/;

const closingWidth = 9;

/** What somebody asks who wants to check a finding: conditions, machine, delays as achieved, each comparison. */
export const formatRaceDetails = (race: RaceResult): string =>
  `${['the race', ...detailLines(race).map((line) => `  ${line}`)].join('\n')}\n`;

const verdictPart = ({ headline }: RaceView, columns: number, paint: Paint): readonly string[] => [
  ...fold(headline.sentence, columns).map((line) => paint('bold', line)),
  ...headline.rest.flatMap((text) => fold(`  ${text}`, columns, 4)),
];

const tablePart = (race: RaceResult, columns: number, paint: Paint): readonly string[] => {
  const [head = '', ...rows] = tableLines(race, columns);
  return [
    paint('dim', head),
    ...rows,
    ...[caption(race), ...costLines(race), ...unmeasuredLines(race)]
      .flatMap((text) => fold(text, columns, 2))
      .map((line) => paint('dim', line)),
  ];
};

/** Under which conditions, in one line. */
const caption = (race: RaceResult): string => {
  const { plan, environment } = race;
  const count = countBlocks(race);
  const blocks = `${count} ${count === 1 ? 'block' : 'blocks'} of ${plan.durationMs / 1_000} s`;
  const links = Object.entries(plan.links).map(([place, { rttMs }]) =>
    place === 'server-database' ? `database ${formatNumber(rttMs)} ms away` : `${place} ${formatNumber(rttMs)} ms`,
  );
  return plainText(
    [plan.workload.name, `${plan.connections} connections`, blocks, ...links, `${environment.cores} cores`].join(' · '),
  );
};

const limitsPart = ({ models }: RaceView, columns: number, paint: Paint): readonly string[] => {
  if (models.length === 0) return [];
  const width = 2 + Math.min(longestName, Math.max(...models.map(({ entry }) => entry.name.length)));
  return [
    paint('dim', 'what limits each, and what to try first'),
    ...models.flatMap((model) => [
      ...foldBeside(model.entry.name, limitText(model), { columns, width }),
      ...foldBeside('', `${tryLabel} ${firstStepText(model.advice.first)}`, { columns, width }).map((line) =>
        line.replace(tryLabel, paint('cyan', tryLabel)),
      ),
    ]),
  ];
};

const longestName = 28;
const tryLabel = 'try:';

/** Prices where the plan has them, and the rates that keep its latency target. A line each, or none. */
const costLines = ({ candidates, plan }: RaceResult): readonly string[] => {
  const usual = candidates.flatMap(({ name, summary }) =>
    summary?.usdPerMillionRequests === undefined ? [] : [`${name} ${summary.usdPerMillionRequests.toPrecision(3)}`],
  );
  const atTarget = candidates.flatMap(({ name, summary, atLatencyTarget: target }) =>
    summary === undefined || target === undefined
      ? []
      : [`${name} ${targetText(target.requestsPerSecond, summary.usdPerMillionAtLatencyTarget)}`],
  );
  return [
    ...labelled('USD per million requests', usual),
    ...labelled(`Highest rate with p99 within ${plan.latencyTargetP99Ms} ms`, atTarget),
  ];
};

/** What is absent for good, and why: a reader would look for it in the table. */
const unmeasuredLines = ({ candidates }: RaceResult): readonly string[] => {
  const byReason = new Map<string, { readonly what: string; readonly reason: string; readonly names: string[] }>();
  for (const { name, unmeasured = {} } of candidates) {
    for (const [what, reason] of Object.entries(unmeasured)) {
      const key = `${what}: ${reason}`;
      const known = byReason.get(key) ?? { what, reason, names: [] };
      known.names.push(name);
      byReason.set(key, known);
    }
  }
  return [...byReason.values()].map(({ what, reason, names }) =>
    plainText(`Not measured: ${what} of ${names.join(', ')}: ${reason}.`),
  );
};

const targetText = (requestsPerSecond: number | undefined, usdPerMillion: number | undefined): string => {
  if (requestsPerSecond === undefined) return 'at no rate';
  const price = usdPerMillion === undefined ? '' : ` for USD ${usdPerMillion.toPrecision(3)}`;
  return `${formatNumber(requestsPerSecond)}/s${price}`;
};

const labelled = (label: string, texts: readonly string[]): readonly string[] =>
  texts.length === 0 ? [] : [plainText(`${label}: ${texts.join(', ')}.`)];
