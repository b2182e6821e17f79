import { formatNumber } from '../../src/base/numbers.ts';
import { type Cell, type LiveState, namesIn } from '../../src/report/live/live-state.ts';
import { element } from './status.ts';

/** The grid: a row a candidate, a column a block. Names are only ever set as text. */
export const showRounds = (state: LiveState, planned: readonly string[]): void => {
  const names = namesIn(state, planned);
  const blocks = Array.from({ length: Math.max(1, state.blocks) }, (_, index) => index + 1);
  const head = row('th', 'col', ['candidate', ...blocks.map((block) => `block ${block}`)]);
  const body = names.map((name, index) => {
    const cells = blocks.map((block) => state.cells.find((cell) => cell.candidate === name && cell.block === block));
    const line = row('td', undefined, cells.map(writeText));
    const title = document.createElement('th');
    const swatch = document.createElement('i');
    swatch.className = 'swatch';
    swatch.dataset['ink'] = String(index % 10);
    title.scope = 'row';
    title.append(swatch, name);
    line.prepend(title);
    for (const [at, cell] of cells.entries()) mark(line.cells[at + 1]!, cell);
    const { current } = state;
    if (current?.candidate === name) line.cells[current.block]?.classList.add('running');
    return line;
  });
  const section = document.createElement('thead');
  const rows = document.createElement('tbody');
  section.append(head);
  rows.append(...body);
  element('rounds').replaceChildren(section, rows);
};

const row = (tag: 'th' | 'td', scope: string | undefined, texts: readonly string[]): HTMLTableRowElement => {
  const line = document.createElement('tr');
  line.append(
    ...texts.map((text) => {
      const cell = document.createElement(tag);
      if (scope !== undefined) cell.scope = scope;
      cell.textContent = text;
      return cell;
    }),
  );
  return line;
};

const writeText = (cell: Cell | undefined): string => {
  if (cell === undefined) return '·';
  if (cell.outcome !== 'measured') return `✗ ${cell.outcome}`;
  return `${formatNumber(cell.requestsPerSecond ?? Number.NaN)}${cell.remarks.length > 0 ? ' !' : ''}`;
};

const mark = (place: HTMLTableCellElement, cell: Cell | undefined): void => {
  if (cell === undefined) return;
  if (cell.outcome !== 'measured') place.classList.add('bad');
  if (cell.remarks.length > 0) place.title = cell.remarks.join('\n');
};
