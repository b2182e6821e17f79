import { formatEstimate, formatEstimateRange } from '../../base/index.ts';
import { countBlocks } from '../view/count-blocks.ts';
import type { Entry } from '../view/entries.ts';
import type { RaceView } from '../view/race-view.ts';
import { describeContract } from './contract-of.ts';
import { plainText } from './plain-text.ts';
import { formatRoundTrips } from './round-trips.ts';

/** A picture beside the text: where it is, seen from the Markdown file, and what it shows. */
export interface PictureLink {
  readonly file: string;
  readonly alt: string;
}

/** For a pull request or a wiki: the verdict, the table, pictures where there are any, and the conditions. */
export const formatMarkdown = (view: RaceView, pictures: readonly PictureLink[] = []): string => {
  const { race, headline, entries } = view;
  const { plan, environment } = race;
  const versions = Object.entries(environment.versions).map(([name, version]) => `${name} ${version}`);
  const lines = [
    `**${escapeMarkdown(headline.sentence)}**`,
    '',
    ...[...headline.rest, ...headline.cautions.map((text) => `Caution: ${text}.`)].map(
      (text) => `- ${escapeMarkdown(text)}`,
    ),
    ...(headline.rest.length + headline.cautions.length > 0 ? [''] : []),
    '| candidate | requests/s [95 %] | p50 | p99 | CPU ms per request | peak CPU | peak memory | database waits | contract |',
    '|---|--:|--:|--:|--:|--:|--:|--:|---|',
    ...entries.map(row),
    '',
    ...pictures.flatMap(({ file, alt }) => [`![${escapeMarkdown(alt)}](${encodeURI(file)})`, '']),
    `<sub>${escapeMarkdown(
      [
        `${plan.workload.name} x ${plan.workload.scale}, ${plan.connections} connections, ${countBlocks(race)} blocks of ${plan.durationMs / 1_000} s, seed ${plan.seed}.`,
        `${environment.cpu}, ${environment.cores} cores, Linux ${environment.kernel}, node ${environment.node}${versions.length > 0 ? `, ${versions.join(', ')}` : ''}.`,
        `Race ${race.id}.`,
      ].join(' '),
    )}</sub>`,
  ];
  return `${lines.join('\n')}\n`;
};

const row = (entry: Entry): string => {
  const { candidate, name } = entry;
  const { summary, calibration } = candidate;
  const cells =
    !entry.isRanked || summary === undefined
      ? [`${candidate.status}: ${plainText(candidate.reason ?? 'no reason given')}`, '', '', '', '', '', '', '']
      : [
          formatEstimate(summary.requestsPerSecond),
          formatEstimateRange(summary.p50Ms.mean, ' ms'),
          formatEstimateRange(summary.p99Ms.mean, ' ms'),
          formatEstimateRange(summary.cpuMsPerRequest?.mean, ''),
          formatEstimateRange(summary.peakCpuPercent, ' %'),
          formatEstimateRange(summary.peakMemoryMiB, ' MiB'),
          formatRoundTrips(calibration),
          describeContract(candidate),
        ];
  return `| ${[name, ...cells].map(escapeMarkdown).join(' | ')} |`;
};

/** As text whatever it holds: no markup, links, mentions of people or table cells come out of a name. */
const escapeMarkdown = (text: string): string =>
  plainText(text)
    .replaceAll(/\s+/g, ' ')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll(/[\\`*_{}[\]#|!~]/g, '\\$&')
    .replaceAll('@', '&#64;')
    .replaceAll('://', '&#58;//');
