import 'uplot/dist/uPlot.min.css';
import '../report/report.css';
import './live.css';
import type { LiveHead, LiveMessage } from '../../src/report/live/live-message.ts';
import { afterMessage, emptyLiveState } from '../../src/report/live/live-state.ts';
import { openNow } from './now.ts';
import { showRounds } from './rounds.ts';
import { element, showStatus } from './status.ts';

const head = JSON.parse(document.getElementById('page-data')?.textContent ?? '') as LiveHead;
let state = emptyLiveState(head.blocks);
const now = openNow(head.candidates);

const show = (): void => {
  showStatus(state);
  showRounds(state, head.candidates);
  now.show(state);
};

// A viewer that catches up gets hundreds of messages at once: one drawing is enough.
let isWaiting = false;
const showSoon = (): void => {
  if (isWaiting) return;
  isWaiting = true;
  setTimeout(() => {
    isWaiting = false;
    show();
  }, 50);
};

const link = element('link');
const source = new EventSource('events');
source.addEventListener('open', () => {
  link.dataset['state'] = link.textContent = 'live';
});
source.addEventListener('error', () => {
  link.dataset['state'] = link.textContent = state.ended === undefined ? 'reconnecting' : 'over';
});
source.addEventListener('message', (event: MessageEvent<string>) => {
  const message = JSON.parse(event.data) as LiveMessage;
  state = afterMessage(state, message);
  if (message.kind === 'ended') {
    source.close();
    link.dataset['state'] = link.textContent = 'over';
    if (message.hasReport) location.replace('report');
  }
  showSoon();
});
show();
