import { formatEstimateRange, formatNumber, formatPercent } from '../../base/index.ts';
import { drawLanes, drawWaterfall, entriesWithWaterfall } from '../chart/waterfall.ts';
import { plainText } from '../text/plain-text.ts';
import { formatRoundTrips } from '../text/round-trips.ts';
import type { Entry } from '../view/entries.ts';
import type { RaceView } from '../view/race-view.ts';
import { figure, swatch } from './figure.ts';
import { html, type Markup } from './markup.ts';

/** What one request costs between server and database: lanes to compare, then each candidate's waterfall and statements. */
export const wire = (view: RaceView): Markup | undefined => {
  const entries = entriesWithWaterfall(view);
  if (entries.length === 0) return undefined;
  return html`${figure(
    (size) => drawLanes(view, size),
    `One request of each candidate on one time scale. ${entries.map(({ name, candidate }) => `${name} waits ${candidate.calibration?.waterfall.length} times for the database`).join('; ')}.`,
    'One request at a time, before the race. Each block is one wait for the database (a round trip); between blocks the server works, or its message travels. Under load the blocks stretch; how many there are then is counted too, below.',
  )}${entries.map((entry) => details(entry))}`;
};

const details = (entry: Entry): Markup => {
  const { calibration } = entry.candidate;
  if (calibration === undefined) return html``;
  const end = Math.max(
    ...calibration.waterfall.map(({ startMs, serverMs, streamMs }) => startMs + serverMs + streamMs),
  );
  const { tcp, tls, auth } = calibration.connectRoundTrips;
  const connecting = tcp + tls + (auth ?? 0);
  const facts: readonly (readonly [string, string])[] = [
    ['waits for the database', formatRoundTrips(calibration)],
    ['of which connecting', formatNumber(connecting)],
    ['statements', formatNumber(calibration.statements)],
    ['prepares', formatNumber(calibration.prepares)],
    ['waits under load', formatNumber(calibration.underLoad.roundTrips)],
    ['same for', `${formatPercent(calibration.stable)} of requests`],
    ['database time', `${formatNumber(calibration.serverMs + calibration.streamMs)} ms`],
    ['connection held', formatEstimateRange(calibration.holdMs, ' ms')],
    ['bytes to / from', `${formatNumber(calibration.bytesUp)} / ${formatNumber(calibration.bytesDown)}`],
  ];
  return html`<details class="wire"><summary>${swatch(entry)}${entry.name}: ${formatRoundTrips(calibration)} waits, statement by statement</summary>
<dl class="facts">${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
${figure(
  (size) => drawWaterfall(entry, end, size),
  `Waterfall of one request of ${entry.name}: ${calibration.waterfall.length} round trips in ${formatNumber(end)} ms.`,
  'Letters are message types of the Postgres protocol, to the database and back (Q query, P parse, B bind, E execute, S sync; T and D rows, C complete, Z ready). Dark: until the first byte of the answer; lighter: until its last; grey: the server’s own time before it.',
)}
${statements(entry)}</details>`;
};

const statements = ({ name, candidate }: Entry): Markup | undefined => {
  const texts = candidate.calibration?.statementTexts ?? [];
  if (texts.length === 0) return undefined;
  return html`<div class="scroll" role="region" aria-label="Statements of ${name}" tabindex="0"><table class="statements"><thead><tr><th scope="col">a request</th><th scope="col">prepared</th><th scope="col">statement</th></tr></thead><tbody>${texts.map(
    ({ text, prepares, executes }) =>
      html`<tr><td>${formatNumber(executes)}</td><td>${formatNumber(prepares)}</td><td class="wrap"><code>${plainText(text)}</code></td></tr>`,
  )}</tbody></table></div>`;
};
