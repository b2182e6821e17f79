import { formatEstimate } from '../../base/index.ts';
import type { RaceResult } from '../../result/index.ts';
import { buildPage, type Page, type PageAssets } from '../html/document.ts';
import { html, type Markup } from '../html/markup.ts';
import { plainText } from '../text/plain-text.ts';

/** What the reader asked for. */
export interface HistoryQuery {
  /** Words that a race must have in its id, plan, outcome or candidates. */
  readonly words: string;
}

/** The races of a results folder, the newest first, to filter, open and compare. */
export const formatHistoryPage = (
  races: readonly RaceResult[],
  unreadable: readonly string[],
  { words }: HistoryQuery,
  assets: PageAssets,
): Page => {
  const shown = races.filter((race) => fits(race, words)).reverse();
  return buildPage(assets, {
    title: 'Races',
    reach: 'origin',
    data: null,
    body: html`<header><p class="overline">pitwall</p><h1>Races</h1>
<form class="control" method="get" action="./"><label>Words in a race, its plan, its candidates <input type="search" name="words" value="${words}"></label><button>Filter</button></form></header>
<main id="main"><section aria-label="Races">${
      shown.length === 0
        ? html`<p>${races.length === 0 ? 'There are no races yet: pitwall race.' : 'No race has these words.'}</p>`
        : html`<form method="get" action="compare"><p class="control"><button>Compare the two marked</button></p><div class="scroll" role="region" aria-label="Table of the races" tabindex="0"><table><thead><tr><th scope="col">before</th><th scope="col">after</th><th scope="col">race</th><th scope="col">candidates, requests/s [95 %]</th></tr></thead><tbody>${shown.map(row)}</tbody></table></div></form>`
    }</section>
${unreadable.length > 0 ? html`<section aria-labelledby="lost"><h2 id="lost">Not readable</h2><ul class="cautions">${unreadable.map((text) => html`<li>${plainText(text)}</li>`)}</ul></section>` : undefined}</main>`,
  });
};

const row = (race: RaceResult): Markup => {
  const { id, plan, outcome, candidates } = race;
  const ranked = [...candidates].sort((a, b) => predictRate(b) - predictRate(a));
  return html`<tr><td><input type="radio" name="before" value="${id}" aria-label="before: ${id}"></td><td><input type="radio" name="after" value="${id}" aria-label="after: ${id}"></td><th scope="row" class="wrap"><a href="race/${encodeURIComponent(id)}">${plainText(id)}</a><small>${plainText(plan.name)}, ${plan.blocks} blocks, ${outcome}</small></th><td class="wrap"><ul class="plain">${ranked.map(
    ({ name, status, summary }) =>
      html`<li><a href="trend/${encodeURIComponent(name)}">${plainText(name)}</a> ${status === 'ok' ? formatEstimate(summary?.requestsPerSecond) : status}</li>`,
  )}</ul></td></tr>`;
};

const predictRate = ({ summary }: RaceResult['candidates'][number]): number => summary?.requestsPerSecond.mean ?? 0;

const fits = ({ id, plan, outcome, candidates }: RaceResult, words: string): boolean => {
  const text = [id, plan.name, plan.workload.name, outcome, ...candidates.map(({ name }) => name)]
    .join(' ')
    .toLowerCase();
  return words
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
};
