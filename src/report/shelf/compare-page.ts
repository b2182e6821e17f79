import type { Change, Changes } from '../../result/index.ts';
import { buildPage, type Page, type PageAssets } from '../html/document.ts';
import { html, type Markup } from '../html/markup.ts';
import { changeText, changeWords } from '../text/change-text.ts';
import { plainText } from '../text/plain-text.ts';

/** What became of every candidate that two races have in common. */
export const formatComparePage = ({ before, after, changes, differences }: Changes, assets: PageAssets): Page =>
  buildPage(assets, {
    title: 'Two races',
    reach: 'origin',
    data: null,
    body: html`<header><p class="overline"><a href="./">pitwall · races</a></p><h1>Two races</h1>
<p><a href="race/${encodeURIComponent(before)}">${plainText(before)}</a> before, <a href="race/${encodeURIComponent(after)}">${plainText(after)}</a> after.</p></header>
<main id="main"><section aria-label="Changes">${
      changes.length === 0
        ? html`<p>No candidate was measured in both.</p>`
        : html`<div class="scroll" role="region" aria-label="Table of the changes" tabindex="0"><table><thead><tr><th scope="col">candidate</th><th scope="col">figure</th><th scope="col">change [95 %]</th><th scope="col">in words</th></tr></thead><tbody>${changes.map(row)}</tbody></table></div>`
    }<p class="note">Two races share nothing: what the machine did in between is in these numbers. To gate a change, race both versions at once.</p></section>
${differences.length > 0 ? html`<section aria-labelledby="differs"><h2 id="differs">Not the same in both</h2><ul>${differences.map((text) => html`<li>${plainText(text)}</li>`)}</ul></section>` : undefined}</main>`,
  });

const row = (change: Change): Markup => {
  const { metric, after, verdict, reason } = change;
  return html`<tr><th scope="row" class="wrap">${plainText(after)}</th><td>${metric}</td><td>${changeText(change)}</td><td class="wrap"><span class="verdict ${verdict}">${changeWords[verdict]}</span>${reason === undefined ? '' : ` ${plainText(reason)}`}</td></tr>`;
};
