import { gzipSync } from 'node:zlib';
import { formatNumber, formatPercent } from '../../base/index.ts';
import { explainRace } from '../../explain/index.ts';
import { drawCpu } from '../chart/cpu.ts';
import { drawBlocks, drawRatios } from '../chart/paired.ts';
import { drawPercentiles } from '../chart/percentiles.ts';
import { drawRates } from '../chart/rates.ts';
import { drawUtilisation } from '../chart/utilisation.ts';
import { formatPercentilesCsv, formatRoundsCsv } from '../data/csv.ts';
import type { PageFile, ReportPageData } from '../data/page-data.ts';
import { plainText } from '../text/plain-text.ts';
import { countBlocks } from '../view/count-blocks.ts';
import { levelChanges } from '../view/level-changes.ts';
import type { RaceView } from '../view/race-view.ts';
import { collectTraces } from '../view/windows.ts';
import { buildPage, type PageAssets } from './document.ts';
import { figure, smallFigure, swatch } from './figure.ts';
import { html, type Markup } from './markup.ts';
import { overTime } from './over-time.ts';
import { queueTable } from './queues.ts';
import { standings } from './standings.ts';
import { environment, gateTable, orderTable, raceGates } from './trust.ts';
import { wire } from './wire.ts';

/** A report as one HTML file that needs nothing else: no network, no other file; its policy lets nothing be fetched. */
export const formatHtml = (view: RaceView, assets: PageAssets): string =>
  buildPage(assets, {
    title: `${plainText(view.race.plan.name)}: ${view.headline.sentence}`,
    data: pageData(view),
    body: html`${header(view)}
<main id="main">
${sections(view).map(([id, title, body]) => html`<section id="${id}" aria-labelledby="${id}-title"><h2 id="${id}-title">${title}</h2>${body}</section>`)}
</main>
<footer><p>Race ${view.race.id}. Made by pitwall; this file fetches nothing.</p></footer>`,
  }).html;

const header = ({ race, headline }: RaceView): Markup => {
  const { plan } = race;
  const blocks = countBlocks(race);
  const facts = [
    race.startedAt.slice(0, 16).replace('T', ' '),
    `${plan.workload.name} × ${formatNumber(plan.workload.scale)}`,
    `${blocks} ${blocks === 1 ? 'block' : 'blocks'} of ${plan.durationMs / 1_000} s`,
    `${plan.connections} connections`,
  ];
  const outcome =
    race.outcome === 'done'
      ? undefined
      : html`<p class="caution">The race is ${race.outcome}${race.reason === undefined ? '' : `: ${plainText(race.reason)}`}.</p>`;
  return html`<header><p class="overline">pitwall · ${plainText(plan.name)} · ${facts.join(' · ')}</p>
<h1 class="${headline.kind}">${headline.sentence}</h1>
${headline.rest.length > 0 ? html`<ul class="rest">${headline.rest.map((text) => html`<li>${text}</li>`)}</ul>` : undefined}
${plan.about === undefined ? undefined : html`<p class="about">${plainText(plan.about)}</p>`}
${outcome}
${headline.cautions.length > 0 ? html`<ul class="cautions">${headline.cautions.map((text) => html`<li>Caution: ${text}.</li>`)}</ul>` : undefined}
</header>`;
};

type Section = readonly [id: string, title: string, body: Markup];

const sections = (view: RaceView): readonly Section[] => {
  const shown: readonly (readonly [string, string, Markup | undefined])[] = [
    ['result', 'Result', html`${ratesFigure(view)}${standings(view)}`],
    ['blocks', 'Block by block', blocks(view)],
    ['latency', 'Latency', latency(view)],
    ['time', 'Over time', overTime(view)],
    ['wire', 'What one request asks of the database', wire(view)],
    ['use', 'What is in use', use(view)],
    ['model', 'What if', model(view)],
    [
      'gates',
      'Can it be trusted?',
      html`${raceGates(view)}${gateTable(view)}<h3>Order of the rounds</h3>${orderTable(view)}`,
    ],
    ['environment', 'Where it ran', environment(view)],
    [
      'data',
      'Data',
      html`<p class="downloads">${(['race.json', 'rounds.csv', 'percentiles.csv'] satisfies PageFile[]).map((file) => html`<button type="button" data-download="${file}">${file}</button> `)}</p><p class="note">All that was recorded is within this file: every round, its histograms and its gates. The format of race.json is docs/race.schema.json in pitwall’s package.</p>`,
    ],
  ];
  return shown.flatMap(([id, title, body]) => (body === undefined ? [] : [[id, title, body] as const]));
};

const ratesFigure = (view: RaceView): Markup | undefined =>
  figure(
    (size) => drawRates(view, size),
    `Requests a second by candidate. ${view.entries
      .filter(({ isRanked }) => isRanked)
      .map(({ name, candidate }) => `${name} ${formatNumber(candidate.summary?.requestsPerSecond.mean ?? Number.NaN)}`)
      .join(', ')}.`,
    'Right answers per second. Small dots are rounds, the large mark is their mean, the band its 95 % interval (none after a single round).',
  );

const blocks = (view: RaceView): Markup | undefined => {
  const mde = view.pairs[0]?.comparison.mde;
  const first = view.entries.find(({ isRanked, isControl }) => isRanked && !isControl);
  const ratios = figure(
    (size) => drawRatios(view, size),
    `How many times as many requests ${first?.name ?? 'the fastest'} serves as each other candidate, block by block.`,
    html`How many times as many requests <b>${first?.name ?? ''}</b> serves as each of the others. A mark is one block, in which both ran minutes apart on the same machine; the band is the interval of the ratio, which decides the verdict (all pairs hold together at 95 %). A band that touches the grey zone at 1× proves no difference that matters.`,
  );
  const rates = figure(
    (size) => drawBlocks(view, size),
    'Requests a second of every candidate in every block.',
    'Every block runs each candidate once, in a drawn order. What moves all lines together (a busy machine) is no difference between candidates.',
  );
  const power =
    mde === undefined
      ? undefined
      : html`<p class="note">Between the first two, this race would have found a difference of ${formatPercent(mde)} in four of five repetitions; a smaller one may be there and not show.</p>`;
  return ratios === undefined && rates === undefined ? undefined : html`${ratios}${power}${rates}`;
};

const latency = (view: RaceView): Markup | undefined =>
  figure(
    (size) => drawPercentiles(view, size),
    'Latency by percentile, both axes logarithmic.',
    'Time from sending a request to the last byte of its answer, in a closed loop: as many requests are on their way as there are connections, so a slow server also gets fewer. The line is the mean of the rounds, as in the table, the band their range; dotted where fewer than 100 requests of a round lie beyond.',
  );

const use = (view: RaceView): Markup | undefined => {
  const cpu = figure(
    (size) => drawCpu(view, size),
    'Cores in use by component, for each candidate.',
    html`Cores in use, mean over the rounds; dashed: the ${view.race.environment.cores} cores of the machine. The candidate is in its colour, the other parts of the stage in greys: load generator, proxy, tap, pooler, database.`,
  );
  const models = view.models.map((one) => {
    const { entry, explanation } = one;
    const { prediction, measured } = explanation;
    const text =
      explanation.kind === 'explained'
        ? prediction.bottleneck.evidence
        : `${openings[explanation.kind]}${explanation.why}.`;
    return html`<div><h3>${swatch(entry)}${entry.name}</h3>${smallFigure(
      drawUtilisation(one, 'narrow'),
      `How full each resource of ${entry.name} is. ${text}`,
      `By the model, at ${formatNumber(prediction.requestsPerSecond.value)} requests/s; measured: ${formatNumber(measured.requestsPerSecond.value)}.`,
    )}<p>${text}</p></div>`;
  });
  const queues = queueTable(view);
  if (cpu === undefined && queues === undefined && models.length === 0) return undefined;
  return html`${cpu}${queues}${models.length > 0 ? html`<div class="cards">${models}</div>` : undefined}`;
};

const openings = { 'cant-tell': 'Can’t tell what limits it: ', unexplained: 'Not explained: ' } as const;

const model = ({ models }: RaceView): Markup | undefined =>
  models.length === 0
    ? undefined
    : html`<p>The queueing model behind “what limits it”, asked for other settings. It runs in this page and is the one that <code>pitwall explain</code> runs. What lies more than a factor of two from every setting that the model was checked on is withheld, as there.</p>
<div class="control"><label>Candidate <select id="model-candidate">${models.map(({ entry }) => html`<option value="${entry.index}">${entry.name}</option>`)}</select></label> <button type="button" id="model-reset">As measured</button></div>
<div class="sliders" id="model-sliders"></div>
<output id="model-answer" aria-live="polite"></output>
<div class="plot" id="model-chart" role="img" aria-label="Requests a second by number of connections, from the model, with the measured points."></div>
<p class="note">Requests/s against connections: lines are the model, marks with whiskers the measured rates with their 95 % intervals. Predictions take the measured rate times the gain that the model gives.</p>`;

/** Everything that the page's script needs. */
const pageData = (view: RaceView): ReportPageData => {
  const { explanations } = explainRace(view.race);
  const traces = collectTraces(view.race, { kind: 'requestsPerSecond' });
  return {
    raceId: view.race.id,
    connections: view.race.plan.connections,
    files: {
      // Without indentation, which fills the window that gzip looks back through.
      'race.json': packed(JSON.stringify(view.race)),
      'rounds.csv': packed(formatRoundsCsv(view)),
      'percentiles.csv': packed(formatPercentilesCsv(view)),
    },
    candidates: view.entries.map((entry) => {
      const rate = entry.isRanked ? entry.candidate.summary?.requestsPerSecond : undefined;
      const own = view.models.find((one) => one.entry === entry);
      return {
        name: entry.name,
        index: entry.index,
        key: entry.candidate.name,
        changesAtSeconds: (traces.get(entry.candidate.name) ?? []).flatMap(({ startSeconds, round }) =>
          levelChanges(round).map(({ seconds }) => startSeconds + seconds),
        ),
        ...(rate && {
          measured: { requestsPerSecond: rate.mean, low: rate.low ?? rate.mean, high: rate.high ?? rate.mean },
        }),
        ...(own && {
          demands: own.demands,
          model: {
            correction: own.explanation.prediction.correction,
            evidence: own.explanation.prediction.bottleneck.evidence,
          },
          checks: explanations.find(({ candidate }) => candidate === entry.candidate.name)?.checks ?? [],
        }),
        ...(own && own.explanation.kind !== 'explained' && { doubt: own.explanation.why }),
      };
    }),
  };
};

const packed = (text: string): string => gzipSync(text, { level: 9 }).toString('base64');
