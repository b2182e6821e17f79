import { buildPage, type Page, type PageAssets } from '../html/document.ts';
import { html } from '../html/markup.ts';
import { plainText } from '../text/plain-text.ts';
import type { LiveHead } from './live-message.ts';

/** The page of a race that runs: its frame; what happens comes as messages from `events` beside it. */
export const formatLivePage = (head: LiveHead, assets: PageAssets): Page =>
  buildPage(assets, {
    title: `${plainText(head.name)}: a race`,
    reach: 'origin',
    data: head,
    body: html`<header><p class="overline">pitwall · ${plainText(head.name)} · ${plainText(head.conditions)}</p>
<h1 id="headline">${plainText(head.about)}</h1>
<p class="status"><span id="link" data-state="connecting">connecting</span> <span id="note" role="status"></span></p>
<progress id="progress" max="1" value="0" aria-label="Rounds played"></progress> <span id="left"></span>
</header>
<main id="main">
<section aria-labelledby="now-title"><h2 id="now-title">Now</h2><p id="now">Nothing is timed yet.</p><div class="plot" id="now-chart" role="img" aria-label="Requests a second of the round that runs, second by second."></div></section>
<section aria-labelledby="rounds-title"><h2 id="rounds-title">Rounds</h2><div class="scroll" role="region" aria-label="Rounds by candidate and block" tabindex="0"><table id="rounds"></table></div><p class="note">Requests/s of each round. No verdict before the end: intervals mean what they say only then.</p></section>
<section aria-labelledby="warnings-title"><h2 id="warnings-title">Warnings</h2><ul id="warnings"><li>none</li></ul></section>
</main>`,
  });
