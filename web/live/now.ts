import { formatNumber } from '../../src/base/numbers.ts';
import { type LiveState, namesIn } from '../../src/report/live/live-state.ts';
import { candidateInk } from '../report/ink.ts';
import { axis, mount } from '../report/plot.ts';
import { element } from './status.ts';

/** The round that runs: its rate and p99 in words, and each second of it. */
export const openNow = (planned: readonly string[]): { show(state: LiveState): void } => {
  let ink = 0;
  const chart = mount(
    element('now-chart'),
    {
      legend: { show: false },
      series: [
        {},
        { stroke: () => candidateInk(ink), width: 2.5, points: { show: true, size: 6, fill: () => candidateInk(ink) } },
      ],
      scales: { x: { time: false }, y: { range: (_, _low, high) => [0, high > 0 ? high * 1.1 : 1] } },
      axes: [
        { ...axis('seconds of the round', 40), incrs: [1, 2, 5, 10, 20, 60, 120, 300, 600] },
        axis('requests/s', 60),
      ],
    },
    [[], []],
  );
  return {
    show: (state) => {
      const { current, ended } = state;
      if (current === undefined) {
        if (ended !== undefined) element('now').textContent = 'The race is over.';
        return;
      }
      ink = Math.max(0, namesIn(state, planned).indexOf(current.candidate));
      const last = current.ticks.at(-1);
      const p99 = last?.p99Ms === undefined ? '' : `, p99 ${formatNumber(last.p99Ms)} ms`;
      const rate = last === undefined ? 'warming up' : `${formatNumber(last.requestsPerSecond)} requests/s${p99}`;
      element('now').textContent = `${current.candidate}, block ${current.block}: ${rate}`;
      chart.setData([
        current.ticks.map(({ seconds }) => seconds),
        current.ticks.map(({ requestsPerSecond }) => requestsPerSecond),
      ]);
    },
  };
};
