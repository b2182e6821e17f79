import { formatEstimateRange, formatNumber } from '../../base/index.ts';
import type { RoundResult } from '../../result/index.ts';
import { average } from '../../stats/index.ts';
import type { Entry } from '../view/entries.ts';
import type { RaceView } from '../view/race-view.ts';
import { swatch } from './figure.ts';
import { html, type Markup } from './markup.ts';

type Telemetry = NonNullable<RoundResult['telemetry']>;

/** What stood in line in front of what, and what else the machine did: means over the rounds. Undefined where nobody looked. */
export const queueTable = ({ entries }: RaceView): Markup | undefined => {
  const seen = entries.filter(({ measured }) => measured.some(({ telemetry }) => telemetry !== undefined));
  if (seen.length === 0) return undefined;
  return html`<h3>Queues, and the machine</h3><div class="scroll" role="region" aria-label="Queues and the machine" tabindex="0"><table>
<thead><tr><th scope="col">candidate</th>${columns.map(({ title }) => html`<th scope="col">${title}</th>`)}</tr></thead>
<tbody>${seen.map((entry) => html`<tr><th scope="row">${swatch(entry)}${entry.name}</th>${columns.map(({ of, unit }) => html`<td>${formatEstimateRange(meanOver(entry, of), unit)}</td>`)}</tr>`)}</tbody></table></div>
<p class="note">Means over the timed parts${findLimit(seen)}. A dash was not measured. “Others” are processes that are no part of the race; “stolen” is time that a hypervisor gave away; “waiting for a core” is time in which some task did.</p>`;
};

const columns: readonly {
  readonly title: string;
  readonly unit: string;
  of(seen: Telemetry): number | undefined;
}[] = [
  { title: 'queued at the proxy', unit: '', of: ({ proxy }) => proxy?.queued.mean },
  { title: 'inside the proxy', unit: '', of: ({ proxy }) => proxy?.sessions.mean },
  { title: 'waiting at the pooler', unit: '', of: ({ pooler }) => pooler?.clientsWaiting.mean },
  { title: 'pooler’s wait a transaction', unit: ' ms', of: ({ pooler }) => pooler?.waitMsPerTransaction },
  { title: 'server connections busy', unit: '', of: ({ pooler }) => pooler?.serversActive.mean },
  { title: 'machine busy', unit: ' %', of: ({ machine }) => percent(machine?.busyRatio) },
  { title: 'others', unit: ' %', of: ({ machine }) => percent(machine?.otherRatio) },
  { title: 'stolen', unit: ' %', of: ({ machine }) => percent(machine?.stealRatio) },
  { title: 'waiting for a core', unit: ' %', of: ({ machine }) => percent(machine?.cpuPressureRatio) },
];

const percent = (ratio: number | undefined): number | undefined => (ratio === undefined ? undefined : 100 * ratio);

const meanOver = ({ measured }: Entry, of: (seen: Telemetry) => number | undefined): number | undefined => {
  const values = measured.flatMap(({ telemetry }) => (telemetry === undefined ? [] : (of(telemetry) ?? [])));
  return values.length === 0 ? undefined : average(values);
};

const findLimit = (entries: readonly Entry[]): string => {
  const limits = entries.flatMap(({ measured }) =>
    measured.flatMap(({ telemetry }) => telemetry?.proxy?.sessionLimit ?? []),
  );
  return limits.length === 0 ? '' : `; the proxy lets ${formatNumber(Math.max(...limits))} in at a time`;
};
