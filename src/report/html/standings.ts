import { formatEstimate, formatEstimateRange, formatInterval, formatNumber } from '../../base/index.ts';
import { describeContract } from '../text/contract-of.ts';
import { plainText } from '../text/plain-text.ts';
import { formatRoundTrips } from '../text/round-trips.ts';
import type { RatePair } from '../view/comparisons.ts';
import type { Entry } from '../view/entries.ts';
import type { RaceView } from '../view/race-view.ts';
import { swatch } from './figure.ts';
import { html, type Markup } from './markup.ts';

/** The table: a row a candidate, fastest first, and why those at the end have no figures. */
export const standings = ({ entries, pairs }: RaceView): Markup => {
  const isPriced = entries.some(({ candidate }) => candidate.summary?.usdPerMillionRequests !== undefined);
  const first = entries.find(({ isRanked, isControl }) => isRanked && !isControl);
  const against = (entry: Entry) => pairs.find(({ a, b }) => a === first && b === entry);
  return html`<div class="scroll" role="region" aria-label="Table of the candidates" tabindex="0"><table>
<thead><tr><th scope="col">candidate</th><th scope="col">requests/s <small>[95 %]</small></th><th scope="col">the fastest serves</th><th scope="col">p50</th><th scope="col">p99</th><th scope="col">CPU per request</th><th scope="col">peak CPU</th><th scope="col">peak memory</th><th scope="col">database waits</th>${isPriced ? html`<th scope="col">USD a million</th>` : undefined}<th scope="col">contract</th></tr></thead>
<tbody>${entries.map((entry) => row(entry, against(entry), { isFirst: entry === first, isPriced }))}</tbody></table></div>`;
};

const row = (
  entry: Entry,
  pair: RatePair | undefined,
  { isFirst, isPriced }: { isFirst: boolean; isPriced: boolean },
): Markup => {
  const { candidate } = entry;
  const head = html`<th scope="row" class="wrap">${swatch(entry)}${entry.name}<small>${plainText(candidate.about)}</small></th>`;
  const { summary, calibration } = candidate;
  if (!entry.isRanked || summary === undefined) {
    return html`<tr>${head}<td colspan="${isPriced ? 10 : 9}" class="wrap out">${candidate.status === 'ok' ? 'no round counts' : candidate.status}: ${plainText(candidate.reason ?? 'no reason given')}</td></tr>`;
  }
  return html`<tr>${head}<td><b>${formatEstimate(summary.requestsPerSecond)}</b></td><td>${isFirst ? '' : ratioCell(pair)}</td><td>${formatEstimateRange(summary.p50Ms.mean, ' ms')}</td><td>${formatEstimateRange(summary.p99Ms.mean, ' ms')}</td><td>${formatEstimateRange(summary.cpuMsPerRequest?.mean, ' ms')}</td><td>${formatEstimateRange(summary.peakCpuPercent, ' %')}</td><td>${formatEstimateRange(summary.peakMemoryMiB, ' MiB')}</td><td>${formatRoundTrips(calibration)}</td>${isPriced ? html`<td>${formatEstimateRange(summary.usdPerMillionRequests, '')}</td>` : undefined}<td class="words">${describeContract(candidate)}</td></tr>`;
};

const ratioCell = (pair: RatePair | undefined): Markup | string => {
  if (pair === undefined) return '-';
  const { ratio, low, high, verdict } = pair.comparison;
  const ends = formatInterval({ low, high });
  const interval = ends === undefined ? '' : ` ${ends}`;
  return html`${formatNumber(ratio)}×${interval}<br><span class="verdict ${verdict}">${words[verdict]}</span>`;
};

const words = {
  faster: 'faster',
  slower: 'slower',
  same: 'the same',
  'cant-tell': 'can’t tell',
  withheld: 'withheld',
} as const;
