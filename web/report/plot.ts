import uPlot from 'uplot';
import { ink, whenInkChanges } from './ink.ts';

/** An axis in the page's colours. */
export const axis = (label: string, size = 56): uPlot.Axis => ({
  label,
  size,
  labelSize: 22,
  stroke: () => ink('faint'),
  grid: { stroke: () => ink('line'), width: 1 },
  ticks: { stroke: () => ink('line'), width: 1 },
  font: '12px system-ui, sans-serif',
  labelFont: '12px system-ui, sans-serif',
});

/** A chart that fills its place, follows its width, and is drawn again when the colours change. */
export const mount = (
  place: HTMLElement,
  options: Omit<uPlot.Options, 'width' | 'height'>,
  data: uPlot.AlignedData,
): uPlot => {
  const measureSize = () => {
    const width = Math.max(280, place.clientWidth);
    return { width, height: Math.round(Math.min(380, Math.max(240, width * 0.42))) };
  };
  const chart = new uPlot({ ...options, ...measureSize() }, data, place);
  new ResizeObserver(() => chart.setSize(measureSize())).observe(place);
  whenInkChanges(() => chart.redraw());
  return chart;
};
