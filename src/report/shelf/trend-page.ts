import { dot, gridY, line, ruleX, ruleY } from '@observablehq/plot';
import { formatEstimate, formatEstimateRange } from '../../base/index.ts';
import type { RaceResult } from '../../result/index.ts';
import { draw, type Size } from '../chart/draw.ts';
import { buildPage, type Page, type PageAssets } from '../html/document.ts';
import { figure } from '../html/figure.ts';
import { html } from '../html/markup.ts';
import { chooseInk } from '../palette.ts';
import { plainText } from '../text/plain-text.ts';
import { traceTrend } from '../trend.ts';

/** One candidate over all races that measured it. */
export const formatTrendPage = (races: readonly RaceResult[], name: string, assets: PageAssets): Page => {
  const points = traceTrend(races, name);
  const shown = plainText(name);
  const chart = figure(
    (size: Size) =>
      points.length === 0
        ? undefined
        : draw(size, 320, {
            marginLeft: 56,
            marginRight: 24,
            marginTop: 26,
            marginBottom: 40,
            // By race, not by date: races of one afternoon would lie on each other beside those of last month.
            x: {
              label: 'race →',
              labelOffset: 34,
              domain: [0.5, points.length + 0.5],
              ticks: Math.min(points.length, size === 'wide' ? 16 : 6),
              tickFormat: (at: number) => (Number.isInteger(at) ? String(at) : ''),
            },
            y: { label: '↑ requests/s', zero: true, nice: true },
            marks: [
              gridY({ ticks: 6 }),
              ruleY([0]),
              line(points, {
                x: (_, at) => at + 1,
                y: ({ summary }) => summary.requestsPerSecond.mean,
                stroke: chooseInk(0),
                strokeOpacity: 0.4,
              }),
              ruleX(
                points.map(({ summary: { requestsPerSecond: rate } }, at) => ({
                  at: at + 1,
                  low: rate.low ?? rate.mean,
                  high: rate.high ?? rate.mean,
                })),
                {
                  x: 'at',
                  y1: 'low',
                  y2: 'high',
                  stroke: chooseInk(0),
                  strokeWidth: 7,
                  strokeOpacity: 0.3,
                  className: 'interval',
                },
              ),
              dot(points, {
                x: (_, at) => at + 1,
                y: ({ summary }) => summary.requestsPerSecond.mean,
                fill: chooseInk(0),
                r: 5,
                stroke: 'var(--paper)',
                title: ({ id }) => plainText(id),
                className: 'mean',
              }),
            ],
          }),
    `Requests a second of ${shown} in ${points.length} races, the oldest first.`,
    'The mean of each race with its 95 % interval. Races share nothing: plans, machines and neighbours may differ between them.',
  );
  return buildPage(assets, {
    title: `${shown} over time`,
    reach: 'origin',
    data: null,
    body: html`<header><p class="overline"><a href="../">pitwall · races</a></p><h1>${shown}</h1></header>
<main id="main"><section aria-label="Trend">${chart ?? html`<p>No race measured it.</p>`}
${
  points.length === 0
    ? undefined
    : html`<div class="scroll" role="region" aria-label="Races of ${shown}" tabindex="0"><table><thead><tr><th scope="col">no.</th><th scope="col">race</th><th scope="col">requests/s [95 %]</th><th scope="col">p50</th><th scope="col">p99</th><th scope="col">CPU per request</th></tr></thead><tbody>${points.map(
        ({ id, plan, summary }, at) =>
          html`<tr><td>${at + 1}</td><th scope="row" class="wrap"><a href="../race/${encodeURIComponent(id)}">${plainText(id)}</a><small>${plainText(plan)}</small></th><td><b>${formatEstimate(summary.requestsPerSecond)}</b></td><td>${formatEstimateRange(summary.p50Ms.mean, ' ms')}</td><td>${formatEstimateRange(summary.p99Ms.mean, ' ms')}</td><td>${formatEstimateRange(summary.cpuMsPerRequest?.mean, ' ms')}</td></tr>`,
      )}</tbody></table></div>`
}</section></main>`,
  });
};
