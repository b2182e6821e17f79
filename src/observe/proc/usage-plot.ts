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
      style: { background: 'white', color: '#222', fontSize: '12px', fontFamily: 'system-ui, sans-serif' },
      x: { label: 'seconds', grid: true },
      y: { label, grid: true, zero: true, nice: true },
      marks: [ruleY([0]), ...(marks as [])],
    });
    return drawn.outerHTML;
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
    `<text x="60" y="22" font-family="system-ui, sans-serif" font-size="15" fill="#222">${escapeXml(title)}</text>`,
    placed(cpu, titleHeight),
    placed(memory, titleHeight + panelHeight),
    '</svg>\n',
  ].join('\n');
};

/** A panel is an SVG of its own inside the document, moved down; the style sheets of both stay apart. */
const placed = (svg: string, y: number): string =>
  svg.replace('<svg ', `<svg y="${y}" xmlns="http://www.w3.org/2000/svg" `);

const escapeXml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
