export { formatNumber } from './numbers.ts';
export { plainText } from './plain-text.ts';
export { formatRaceTable } from './race-table.ts';
