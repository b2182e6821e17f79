import { line, plot, ruleY } from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import type { UsageSample } from './usage.ts';

const width = 900;
const panelHeight = 240;
const titleHeight = 34;

/** An SVG document: CPU over time above memory over time (RSS, and PSS where it was read). */
export const plotUsage = (samples: readonly UsageSample[], title: string): string => {
  const { document } = parseHTML('<!doctype html><html><body></body></html>');
  const points = samples.map((sample) => ({ ...sample, seconds: sample.atMs / 1000 }));
  const withPss = points.filter((point) => point.pssMiB !== undefined);
  const panel = (label: string, marks: readonly unknown[]): string => {
    const drawn = plot({
      document,
      width,
      height: panelHeight,
      marginLeft: 60,
      marginRight: 20,
      x: { label: 'seconds', grid: true },
      y: { label, grid: true, zero: true, nice: true },
      marks: [ruleY([0]), ...(marks as [])],
    });
    drawn.querySelector('style')?.remove();
    return drawn.innerHTML;
  };
  const cpu = panel('CPU, % of a core', [line(points, { x: 'seconds', y: 'cpuPercent', stroke: '#c1440e' })]);
  const memory = panel(withPss.length > 0 ? 'memory, MiB (RSS; dashed: PSS)' : 'memory, MiB (RSS)', [
    line(points, { x: 'seconds', y: 'rssMiB', stroke: '#1f5fa8' }),
    ...(withPss.length > 0
      ? [line(withPss, { x: 'seconds', y: 'pssMiB', stroke: '#1f5fa8', strokeDasharray: '4 3' })]
      : []),
  ]);
  const height = titleHeight + 2 * panelHeight;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">`,
    `<rect width="${width}" height="${height}" fill="white"/>`,
    '<g font-family="system-ui, sans-serif" font-size="12" fill="#222" color="#222" text-anchor="middle">',
    `<text x="60" y="22" font-size="15" text-anchor="start">${escapeXml(shorten(title))}</text>`,
    `<g transform="translate(0,${titleHeight})">${cpu}</g>`,
    `<g transform="translate(0,${titleHeight + panelHeight})">${memory}</g>`,
    '</g></svg>\n',
  ].join('\n');
};

const shorten = (text: string): string => {
  const line = text.replaceAll(/\s+/g, ' ');
  return line.length > 110 ? `${line.slice(0, 109)}…` : line;
};

const escapeXml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
