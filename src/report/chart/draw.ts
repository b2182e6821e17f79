import { plot } from '@observablehq/plot';
import { parseHTML } from 'linkedom';

/** Width of the two drawings of each chart: one for a page or paper, one for a phone. */
export const widths = { wide: 920, narrow: 380 } as const;

export type Size = keyof typeof widths;

/** A drawn chart: the inside of an SVG of this size. */
export interface Drawing {
  readonly width: number;
  readonly height: number;
  /** SVG elements; text from outside is escaped in them. */
  readonly body: string;
}

type PlotOptions = NonNullable<Parameters<typeof plot>[0]>;

/** Draws with Observable Plot, without a browser. */
export const draw = (size: Size, height: number, options: PlotOptions): Drawing => {
  const { document } = parseHTML('<!doctype html><html><body></body></html>');
  const width = widths[size];
  const drawn = plot({ document, width, height, ...options });
  drawn.querySelector('style')?.remove();
  // The picture as a whole has a name; those of its marks would only be noise to a screen reader.
  for (const mark of drawn.querySelectorAll('[aria-label]')) mark.removeAttribute('aria-label');
  return { width, height, body: withShortNumbers(drawn.innerHTML) };
};

/** A tenth of a pixel is finer than any screen, and coordinates are most of a page's bytes. */
const withShortNumbers = (markup: string): string =>
  markup.replace(/ (?:d|[xy][12]?|c[xy]|width|height|transform)="[^"]*"/g, (attribute) =>
    attribute.replace(/(\.\d)\d+/g, '$1').replaceAll('.0', ''),
  );

/** An SVG element for a page: its name is read to those who can't see it. */
export const svgElement = ({ width, height, body }: Drawing, { label, size }: { label: string; size: Size }): string =>
  `<svg class="chart ${size}" role="img" aria-label="${escapeXml(label)}" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" fill="currentColor" text-anchor="middle" font-size="12">${body}</svg>`;

export const escapeXml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
