import { formatNumber } from '../../base/index.ts';
import { plainText } from '../text/plain-text.ts';
import type { RaceView } from '../view/race-view.ts';
import { swatch } from './figure.ts';
import { html, type Markup } from './markup.ts';

/** The checks of the race as a whole. */
export const raceGates = ({ race }: RaceView): Markup | undefined =>
  race.gates.length === 0
    ? undefined
    : html`<ul class="checks">${race.gates.map(({ name, ok, reason, effect }) =>
        ok
          ? html`<li class="good">✓ ${plainText(name)}</li>`
          : html`<li class="bad">✗ ${plainText(name)} (${effect === 'withholds' ? 'verdicts are withheld' : 'a warning'}): ${plainText(reason ?? 'closed')}</li>`,
      )}</ul>`;

/** Gates by candidate: a tick where every round passed, the rounds and reasons where not. */
export const gateTable = ({ gates, entries }: RaceView): Markup => {
  if (gates.length === 0) return html`<p>No round has gates.</p>`;
  const shown = entries.filter(({ candidate }) => candidate.rounds.length > 0);
  return html`<div class="scroll" role="region" aria-label="Table of the gates" tabindex="0"><table class="gates"><thead><tr><th scope="col">gate</th>${shown.map((entry) => html`<th scope="col">${swatch(entry)}${entry.name}</th>`)}</tr></thead><tbody>${gates.map(
    ({ name, cells }) =>
      html`<tr><th scope="row">${name}</th>${cells
        .filter(({ entry }) => shown.includes(entry))
        .map(({ rounds, passed, closed }) =>
          rounds === 0
            ? html`<td>-</td>`
            : closed.length === 0
              ? html`<td class="good">✓ ${passed} of ${rounds}</td>`
              : html`<td class="bad wrap">✗ ${passed} of ${rounds}<ul>${closed.map(({ block, text }) => html`<li>block ${block}: ${text}</li>`)}</ul></td>`,
        )}</tr>`,
  )}</tbody></table></div>`;
};

/** The rounds in the order in which they were played. */
export const orderTable = ({ entries }: RaceView): Markup | undefined => {
  const rounds = entries.flatMap((entry) => entry.candidate.rounds.map((round) => ({ entry, round })));
  if (rounds.length === 0) return undefined;
  const blocks = [...new Set(rounds.map(({ round }) => round.block))].sort((a, b) => a - b);
  return html`<div class="scroll" role="region" aria-label="Order of the rounds" tabindex="0"><table class="order"><thead><tr><th scope="col">block</th><th scope="col" colspan="${Math.max(...rounds.map(({ round }) => round.position))}">in the order played</th></tr></thead><tbody>${blocks.map(
    (block) =>
      html`<tr><th scope="row">${block}</th>${rounds
        .filter(({ round }) => round.block === block)
        .sort((a, b) => a.round.position - b.round.position || a.round.startedAt.localeCompare(b.round.startedAt))
        .map(({ entry, round }) =>
          round.outcome === 'measured'
            ? html`<td class="wrap">${swatch(entry)}${entry.name}<small>${formatNumber(round.requestsPerSecond ?? Number.NaN)} requests/s</small></td>`
            : html`<td class="bad wrap">${swatch(entry)}${entry.name}<small>✗ ${plainText(round.reason ?? 'failed')}</small></td>`,
        )}</tr>`,
  )}</tbody></table></div>`;
};

/** The machine, the versions and the plan as it ran. */
export const environment = ({ race, entries }: RaceView): Markup => {
  const { environment: machine, plan } = race;
  const facts: readonly (readonly [string, string])[] = [
    ['processor', `${machine.cpu}, ${machine.cores} cores`],
    ['memory', `${formatNumber(machine.memoryMiB / 1_024)} GiB`],
    ['kernel', machine.kernel],
    ['node', machine.node],
    ...Object.entries(machine.versions),
    ['plan', plan.file],
    ['workload', `${plan.workload.name}, scale ${plan.workload.scale}, seed ${plan.workload.seed}`],
    [
      'load',
      `closed loop, ${plan.connections} connections, ${plan.durationMs / 1_000} s after ${plan.warmupMs / 1_000} s of warm-up`,
    ],
    ['order', `drawn with seed ${plan.seed}`],
    ['proxy', plan.proxy ? `maxconn ${plan.proxy.maxconn}` : 'none'],
    ['pooler', plan.pooler ? `${plan.pooler.connections} connections` : 'none'],
    ...Object.entries(plan.links).map(([place, link]) => [`link ${place}`, `${link.rttMs} ms round trip`] as const),
    ['started', race.startedAt],
    ['ended', race.endedAt ?? 'unfinished'],
  ];
  return html`<dl class="facts">${facts.map(([name, value]) => html`<div><dt>${plainText(name)}</dt><dd>${plainText(value)}</dd></div>`)}</dl>
<dl class="facts">${entries.map(
    (entry) =>
      html`<div><dt>${swatch(entry)}${entry.name}</dt><dd>${plainText(
        [
          ...Object.entries(entry.candidate.versions).map(([name, version]) => `${name} ${version}`),
          ...Object.entries(entry.candidate.settings).map(([name, value]) => `${name} ${value}`),
          ...Object.entries(entry.candidate.unmeasured ?? {}).map(
            ([what, reason]) => `${what} not measured: ${reason}`,
          ),
        ].join(', ') || 'nothing stated',
      )}</dd></div>`,
  )}</dl>
${race.missing.length > 0 ? html`<ul class="cautions">${race.missing.map(({ tool, install }) => html`<li>Without ${plainText(tool)}, which is not installed: <code>${plainText(install)}</code></li>`)}</ul>` : undefined}`;
};
