import { formatNumber } from '../../base/index.ts';
import { average } from '../../stats/index.ts';
import { drawRound } from '../chart/round.ts';
import type { RaceView } from '../view/race-view.ts';
import { type RoundShape, roundShape } from '../view/round-shape.ts';
import { smallFigure, swatch } from './figure.ts';
import { html, type Markup } from './markup.ts';

/** The race as it was run, then a round of each candidate second by second. Undefined where no round has seconds. */
export const overTime = ({ entries }: RaceView): Markup | undefined => {
  if (entries.every(({ candidate }) => candidate.rounds.every(({ timeline }) => (timeline ?? []).length === 0))) {
    return undefined;
  }
  const shapes = entries.flatMap((entry) => roundShape(entry) ?? []);
  const components = [...new Set(shapes.flatMap(({ cores }) => cores.map(({ name }) => name)))];
  const queues = [...new Set(shapes.flatMap(({ waiting }) => waiting.map(({ name }) => name)))];
  const radio = (value: string, label: string, isChecked = false): Markup =>
    html`<label><input type="radio" name="series" value="${value}"${isChecked ? html` checked` : ''}> ${label}</label> `;
  const select =
    components.length === 0
      ? undefined
      : html`<label>of <select id="time-component">${[...components].sort(candidateFirst).map((name) => html`<option>${name}</option>`)}</select></label>`;
  return html`<div class="control"><fieldset><legend>Show</legend>${radio('requestsPerSecond', 'requests/s', true)}${radio('p50Ms', 'p50')}${radio('p99Ms', 'p99')}${queues.map((name) => radio(`waiting-${name}`, `waiting at the ${name}`))}${components.length === 0 ? '' : [radio('cpuCores', 'CPU'), radio('memoryMiB', 'memory')]}</fieldset>${select}<button type="button" id="time-reset">Whole race</button></div>
<div class="plot" id="time-chart" role="img" aria-label="Each second of the race, by candidate; below, a round of each candidate, with its figures in words."></div>
<p class="note">Each second of every round’s timed part, at the time it ran. Drag over a span to look closer; double-click to come back.</p>
${shapes.length === 0 ? '' : html`<h3>A round, second by second</h3><div class="cards">${shapes.map(card)}</div><p class="note">Lines are means over the rounds, bands the range of them. CPU: cores in use, the candidate in its colour, the other parts of the stage in greys over each other. Memory counts shared pages once, on a logarithmic axis; between its readings, of which there are few where they are dear, it follows the resident size. A dashed rule is where throughput went to another level in a round, and the check steady-state failed.</p>`}`;
};

const candidateFirst = (a: string, b: string): number => Number(b === 'candidate') - Number(a === 'candidate');

const card = (shape: RoundShape): Markup => {
  const { entry, changes } = shape;
  return html`<div><h4>${swatch(entry)}${entry.name}</h4>${smallFigure(drawRound(shape), `A round of ${entry.name} over its seconds. ${inWords(shape)}`, '')}${
    changes.length === 0
      ? ''
      : html`<p class="bad">Throughput changed its level: ${changes.map(({ seconds, before, after }) => `from ${formatNumber(before)} to ${formatNumber(after)} a second after ${formatNumber(seconds)} s`).join('; ')}.</p>`
  }</div>`;
};

/** What the curves show, for those who do not see them. */
const inWords = ({ rates, cores, memoryMiB, waiting }: RoundShape): string => {
  const seconds = rates.flat().map(({ value }) => value);
  const list = (of: RoundShape['cores'], unit: string): string =>
    of
      .map(({ name, points }) => `${name} ${formatNumber(average(points.map(({ value }) => value)))}${unit}`)
      .join(', ');
  return [
    `Requests a second: ${formatNumber(Math.min(...seconds))} to ${formatNumber(Math.max(...seconds))}.`,
    ...(cores.length === 0 ? [] : [`Cores in use, mean: ${list(cores, '')}.`]),
    ...(memoryMiB.length === 0 ? [] : [`Memory, mean: ${list(memoryMiB, ' MiB')}.`]),
    ...(waiting.length === 0 ? [] : [`Waiting, mean: ${list(waiting, '')}.`]),
  ].join(' ');
};
