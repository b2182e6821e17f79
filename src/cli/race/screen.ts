import { styleText } from 'node:util';
import { formatNumber } from '../../base/index.ts';
import { type Cell, type LiveHead, type LiveState, namesIn } from '../../report/index.ts';

/** What the terminal can show. */
export interface Screen {
  /** Width in characters. */
  readonly columns: number;
  readonly hasColors: boolean;
}

type Paint = (format: Parameters<typeof styleText>[0], text: string) => string;

/** A cell is told apart by its sign alone; colour repeats what the sign says. */
const signs = { planned: '·', running: '▶', done: '■', marked: '◆', failed: '✗' } as const;

type Sign = keyof typeof signs;

const tones: Readonly<Record<Sign, Parameters<typeof styleText>[0]>> = {
  planned: 'dim',
  running: ['bold', 'cyan'],
  done: 'green',
  marked: 'yellow',
  failed: ['bold', 'red'],
};

const longestName = 28;

/**
 * A race that runs, as lines: a row a candidate and a cell a block, the round that is on, and how far the race is.
 * Rates stand in the cells where the width allows, signs alone where it does not; of more blocks than fit the latest
 * ones are shown. No line is wider than the screen.
 */
export const drawRace = (head: LiveHead, state: LiveState, { columns, hasColors }: Screen): readonly string[] => {
  const paint: Paint = (format, text) => (hasColors ? styleText(format, text, { validateStream: false }) : text);
  const names = namesIn(state, head.candidates);
  const nameWidth = Math.min(longestName, Math.floor(columns / 2), Math.max(9, ...names.map((name) => name.length)));
  const room = columns - nameWidth - 1;
  const rateWidth = Math.max(6, 2 + Math.max(0, ...state.cells.map((cell) => predictRate(cell).length)));
  const cellWidth = state.blocks * rateWidth <= room ? rateWidth : state.blocks < 10 ? 2 : 3;
  const blocks = shownBlocks(state, Math.max(1, Math.floor(room / cellWidth)));
  const hasRates = cellWidth === rateWidth;
  const rows = names.map((name) => {
    const title = cut(oneLine(name), nameWidth).padEnd(nameWidth);
    // A candidate may be called `constructor`.
    const reason = Object.hasOwn(state.leftOut, name) ? state.leftOut[name] : undefined;
    if (reason !== undefined && state.cells.every(({ candidate }) => candidate !== name)) {
      return `${title} ${paint(tones.failed, cut(` ${signs.failed} out: ${oneLine(reason)}`, room))}`;
    }
    const cells = blocks.map((block) => cellText(state, name, block, { cellWidth, hasRates, paint }));
    return `${paint(state.current?.candidate === name ? 'bold' : 'reset', title)} ${cells.join('')}`;
  });
  return [
    paint('dim', cut(`${head.name} · ${head.conditions}`, columns)),
    paint('dim', `${'block'.padStart(nameWidth)} ${blocks.map((block) => String(block).padStart(cellWidth)).join('')}`),
    ...rows,
    paint('dim', cut(legend(state, hasRates), columns)),
    ...nowLines(state, { columns, paint }),
    progressLine(state, { columns, paint }),
  ];
};

const shownBlocks = ({ blocks, current }: LiveState, most: number): readonly number[] => {
  const last = Math.min(blocks, Math.max(most, current?.block ?? 1));
  const first = Math.max(1, last - most + 1);
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
};

const chooseSign = ({ cells, current }: LiveState, name: string, block: number): Sign => {
  if (current?.candidate === name && current.block === block) return 'running';
  const cell = cells.find(({ candidate, block: own }) => candidate === name && own === block);
  if (cell === undefined) return 'planned';
  if (cell.outcome !== 'measured') return 'failed';
  return cell.remarks.length > 0 ? 'marked' : 'done';
};

const predictRate = ({ outcome, requestsPerSecond }: Cell): string =>
  outcome === 'measured' && requestsPerSecond !== undefined ? formatNumber(requestsPerSecond) : '';

const cellText = (
  state: LiveState,
  name: string,
  block: number,
  { cellWidth, hasRates, paint }: { cellWidth: number; hasRates: boolean; paint: Paint },
): string => {
  const sign = chooseSign(state, name, block);
  const cell = state.cells.find(({ candidate, block: own }) => candidate === name && own === block);
  const rate = hasRates && cell !== undefined && sign !== 'running' ? predictRate(cell) : '';
  const text = rate === '' ? signs[sign] : `${sign === 'marked' ? signs.marked : ''}${rate}`;
  return paint(tones[sign], text.padStart(cellWidth));
};

/** Only the signs that are there: a race without failures has nothing to explain about them. */
const legend = ({ cells }: LiveState, hasRates: boolean): string => {
  const hasFailed = cells.some(({ outcome }) => outcome !== 'measured');
  const hasMarked = cells.some(({ outcome, remarks }) => outcome === 'measured' && remarks.length > 0);
  return [
    hasRates ? 'in requests/s' : `${signs.done} done`,
    ...(hasMarked ? [`${signs.marked} warned of`] : []),
    ...(hasFailed ? [`${signs.failed} refused or failed`] : []),
    `${signs.running} running`,
    `${signs.planned} planned`,
  ].join('  ');
};

/** The round that is on; on two lines where one does not hold it. */
const nowLines = (
  { current, note }: LiveState,
  { columns, paint }: { columns: number; paint: Paint },
): readonly string[] => {
  if (current === undefined) return note === '' ? [] : [cut(oneLine(note), columns)];
  const { candidate, block, ticks } = current;
  const last = ticks.at(-1);
  const figures =
    last === undefined
      ? 'starting'
      : [
          `${formatNumber(last.requestsPerSecond)} requests/s`,
          ...(last.p99Ms === undefined ? [] : [`p99 ${formatNumber(last.p99Ms)} ms`]),
          `${formatNumber(last.seconds)} s`,
        ].join(', ');
  const who = `${signs.running} ${oneLine(candidate)}, block ${block}:`;
  const isOneLine = who.length + 1 + figures.length <= columns;
  const text = cut(isOneLine ? `${who} ${figures}` : `  ${figures}`, columns);
  const room = Math.min(40, columns - text.length - 2);
  const curve = room < 8 ? '' : sparkline(ticks.map(({ requestsPerSecond }) => requestsPerSecond).slice(-room));
  return [
    ...(isOneLine ? [] : [paint(tones.running, cut(who, columns))]),
    `${paint(tones.running, text)}${curve === '' ? '' : `  ${curve}`}`,
  ];
};

const levels = '▁▂▃▄▅▆▇█';

/** The last seconds as bars from 0. */
const sparkline = (values: readonly number[]): string => {
  const most = Math.max(...values, 1e-9);
  return values
    .map((value) => levels[Math.min(levels.length - 1, Math.floor((levels.length * value) / most))])
    .join('');
};

const widestBar = 30;

const progressLine = (state: LiveState, { columns, paint }: { columns: number; paint: Paint }): string => {
  const { played, rounds, secondsLeft, current, ended, blocks, verdict } = state;
  if (rounds === 0) return paint('dim', 'no round yet');
  const countDown = (seconds: number): number => Math.max(0, seconds - (current?.ticks.at(-1)?.seconds ?? 0));
  const rest =
    ended !== undefined || secondsLeft === undefined ? '' : `, about ${formatSeconds(countDown(secondsLeft))} left`;
  const expected =
    verdict === undefined || ended !== undefined
      ? ''
      : `, ${verdictText(verdict, blocks, countDown(verdict.secondsLeft))}`;
  const text = `${played} of ${rounds} rounds${rest}${expected}`;
  const width = Math.min(widestBar, columns - text.length - 3);
  if (width < 8) return cut(text, columns);
  const filled = Math.round((width * Math.min(played, rounds)) / rounds);
  return `[${'#'.repeat(filled)}${'.'.repeat(width - filled)}] ${text}`;
};

/** When a verdict is to be expected; one that takes more blocks than there will be is told by their count. */
export const verdictText = (verdict: { readonly blocks: number }, blocks: number, seconds: number): string =>
  verdict.blocks > blocks
    ? `a verdict would take about ${formatNumber(verdict.blocks)} blocks`
    : `a verdict in about ${formatSeconds(seconds)}`;

/** Seconds as people say them. */
export const formatSeconds = (seconds: number): string =>
  seconds < 90 ? `${Math.round(seconds)} s` : `${Math.round(seconds / 60)} min`;

const oneLine = (text: string): string => text.replace(/\s+/g, ' ');

const cut = (text: string, most: number): string =>
  text.length > most ? `${text.slice(0, Math.max(0, most - 1))}…` : text;
