import { drawCpu } from './chart/cpu.ts';
import { type Drawing, escapeXml, type Size, widths } from './chart/draw.ts';
import { drawBlocks, drawRatios } from './chart/paired.ts';
import { drawPercentiles } from './chart/percentiles.ts';
import { drawRates } from './chart/rates.ts';
import { shorten } from './chart/rows.ts';
import { drawLanes } from './chart/waterfall.ts';
import { paletteCss } from './palette.ts';
import type { RaceView } from './view/race-view.ts';

/** The pictures there are, in the report's order. */
const pictures = {
  rates: { title: 'Requests a second, with 95 % intervals', drawAt: drawRates },
  ratios: { title: 'How many times as many requests the fastest serves, by block', drawAt: drawRatios },
  blocks: { title: 'Requests a second, block by block', drawAt: drawBlocks },
  latency: { title: 'Latency by percentile', drawAt: drawPercentiles },
  waits: { title: 'What one request waits for in the database', drawAt: drawLanes },
  cpu: { title: 'Cores in use', drawAt: drawCpu },
} as const satisfies Record<string, { title: string; drawAt: (view: RaceView, size: Size) => Drawing | undefined }>;

export type PictureName = keyof typeof pictures;

export const pictureNames = Object.keys(pictures) as readonly PictureName[];

export const pictureTitle = (name: PictureName): string => pictures[name].title;

const margin = 20;
const headingHeight = 34;
const letterWidth = 10.8;

/**
 * Charts below each other under the verdict, as one SVG file that follows the reader's light or dark. Undefined when
 * the race has nothing to draw for any of them.
 */
export const formatSvg = (view: RaceView, names: readonly PictureName[]): string | undefined => {
  const drawn = names.flatMap((name) => {
    const drawing = pictures[name].drawAt(view, 'wide');
    return drawing === undefined ? [] : [{ title: pictures[name].title, drawing }];
  });
  if (drawn.length === 0) return undefined;
  const width = widths.wide + 2 * margin;
  const title = wrap(view.headline.sentence, Math.floor(widths.wide / letterWidth));
  let y = margin + 24 * title.length + 12;
  const parts = drawn.map(({ title: heading, drawing }) => {
    const at = y;
    y += headingHeight + drawing.height + 8;
    return `<text x="${margin}" y="${at + 16}" font-size="13" fill="var(--faint)" text-anchor="start">${escapeXml(heading)}</text><svg x="${margin}" y="${at + headingHeight - 6}" width="${drawing.width}" height="${drawing.height}" viewBox="0 0 ${drawing.width} ${drawing.height}">${drawing.body}</svg>`;
  });
  const height = y + margin / 2;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" role="img" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="system-ui, sans-serif" font-size="12" text-anchor="middle" fill="var(--ink)" color="var(--ink)">`,
    `<title>${escapeXml(view.headline.sentence)}</title>`,
    `<style>${paletteCss()}svg{color:var(--ink)}</style>`,
    `<rect width="${width}" height="${height}" fill="var(--paper)"/>`,
    ...title.map(
      (line, index) =>
        `<text x="${margin}" y="${margin + 16 + 24 * index}" font-size="18" font-weight="600" text-anchor="start">${escapeXml(line)}</text>`,
    ),
    ...parts,
    '</svg>\n',
  ].join('\n');
};

/** Lines of at most so many letters, broken between words. */
const wrap = (text: string, most: number): readonly string[] => {
  const lines: string[] = [''];
  for (const word of text.split(/\s+/).map((long) => shorten(long, most))) {
    const line = lines.at(-1)!;
    if (line === '') lines[lines.length - 1] = word;
    else if (line.length + 1 + word.length <= most) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines;
};
