import 'uplot/dist/uPlot.min.css';
import './report.css';
import type { ReportPageData } from '../../src/report/data/page-data.ts';
import { offerDownloads } from './downloads.ts';
import { showModel } from './model.ts';
import { showTime } from './time.ts';

const data = JSON.parse(document.getElementById('page-data')?.textContent ?? '') as ReportPageData;

offerDownloads(data);
void showTime(data);
showModel(data);

// Details are closed to read, and open on paper.
const printed = new Set<HTMLDetailsElement>();
addEventListener('beforeprint', () => {
  for (const details of document.querySelectorAll<HTMLDetailsElement>('details:not([open])')) {
    details.open = true;
    printed.add(details);
  }
});
addEventListener('afterprint', () => {
  for (const details of printed) details.open = false;
  printed.clear();
});
