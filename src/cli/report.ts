import { writeFileSync } from 'node:fs';
import { basename, dirname, extname, join } from 'node:path';
import { Command, Option } from 'commander';
import { PitwallError } from '../base/index.ts';
import {
  formatHtml,
  formatMarkdown,
  formatPercentilesCsv,
  formatRaceDetails,
  formatRaceText,
  formatReportJson,
  formatRoundsCsv,
  formatSvg,
  type PictureName,
  pictureNames,
  pictureTitle,
  raceView,
} from '../report/index.ts';
import { findRace, type RaceResult, readRace } from '../result/index.ts';
import { readPageAssets } from './race/page-assets.ts';
import type { CommandContext } from './terminal/io.ts';

type Format = 'text' | 'html' | 'md' | 'csv' | 'json' | 'svg';

interface Flags {
  readonly format: Format;
  readonly out?: string;
  readonly results: string;
  readonly chart?: readonly PictureName[];
}

/** A file of a report: the first is the report itself. */
interface ReportFile {
  readonly path: string;
  readonly content: string;
}

export const reportCommand = ({ io }: CommandContext): Command =>
  new Command('report')
    .description('Write a race down for people or programs: HTML, Markdown with pictures, CSV, JSON, SVG, text.')
    .argument('[race]', 'its folder, its id or the beginning of it, or `latest`', 'latest')
    .addOption(
      new Option('--format <format>', 'what to write')
        .choices(['text', 'html', 'md', 'csv', 'json', 'svg'])
        .default('html'),
    )
    .option(
      '--out <file>',
      'the file; without it report.html in the race’s folder, and other formats on standard output',
    )
    .addOption(new Option('--chart <names...>', 'svg: which charts, in which order').choices(pictureNames))
    .option('--results <folder>', 'where races are stored', 'results')
    .addHelpText(
      'after',
      '\nExamples:\n  pitwall report\n  pitwall report latest --format md --out report.md\n  pitwall report latest --format svg --chart rates waits > race.svg\n',
    )
    .action((name: string, flags: Flags) => {
      const folder = findRace(flags.results, name);
      const files = listFiles(folder, readRace(folder), flags);
      for (const { path, content } of files) write(path, content, io.stdout);
      const [report] = files;
      if (report !== undefined && report.path !== '-') io.stderr(`${report.path}\n`);
    });

/** The path `-` is standard output. */
const listFiles = (folder: string, result: RaceResult, { format, out, chart }: Flags): readonly ReportFile[] => {
  const path = out ?? '-';
  switch (format) {
    case 'html': {
      const view = raceView(result, { times: '×' });
      return [{ path: out ?? join(folder, 'report.html'), content: formatHtml(view, readPageAssets('report')) }];
    }
    case 'text':
      return [{ path, content: `${formatRaceText(raceView(result))}\n${formatRaceDetails(result)}` }];
    case 'md': {
      const view = raceView(result);
      // Pictures need files of their own, and a place beside the text.
      const pictures = path === '-' ? [] : pictureNames.flatMap((name) => pictureFile(view, name, path));
      const links = pictures.map(({ path: file, title }) => ({ file: basename(file), alt: title }));
      return [{ path, content: formatMarkdown(view, links) }, ...pictures];
    }
    case 'csv': {
      const view = raceView(result);
      const rounds = { path, content: formatRoundsCsv(view) };
      return path === '-'
        ? [rounds]
        : [rounds, { path: beside(path, 'percentiles.csv'), content: formatPercentilesCsv(view) }];
    }
    case 'json':
      return [{ path, content: formatReportJson(raceView(result)) }];
    case 'svg': {
      const svg = formatSvg(raceView(result, { times: '×' }), chart ?? ['rates', 'ratios', 'latency', 'waits']);
      if (svg === undefined) throw new PitwallError('result.invalid', `The race ${result.id} has nothing to draw.`);
      return [{ path, content: svg }];
    }
    default:
      return format satisfies never;
  }
};

const pictureFile = (view: ReturnType<typeof raceView>, name: PictureName, report: string) => {
  const content = formatSvg(view, [name]);
  return content === undefined ? [] : [{ path: beside(report, `${name}.svg`), content, title: pictureTitle(name) }];
};

/** `dir/report.md` and `rates.svg` give `dir/report-rates.svg`. */
const beside = (report: string, name: string): string =>
  join(dirname(report), `${basename(report, extname(report))}-${name}`);

const write = (path: string, content: string, print: (text: string) => void): void => {
  if (path === '-') {
    print(content);
    return;
  }
  try {
    writeFileSync(path, content);
  } catch (cause) {
    throw new PitwallError('report.unwritable', `${path} cannot be written.`, { cause });
  }
};
