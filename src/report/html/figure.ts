import { type Drawing, type Size, svgElement } from '../chart/draw.ts';
import { chooseInk } from '../palette.ts';
import type { Entry } from '../view/entries.ts';
import { html, type Markup, trusted } from './markup.ts';

/** A chart in the two sizes that it is drawn in, of which the page shows one, with its caption. */
export const figure = (
  drawAt: (size: Size) => Drawing | undefined,
  label: string,
  caption: Markup | string,
): Markup | undefined => {
  const sizes = (['wide', 'narrow'] as const).flatMap((size) => {
    const drawing = drawAt(size);
    return drawing === undefined ? [] : [trusted(svgElement(drawing, { label, size }))];
  });
  return sizes.length === 0 ? undefined : html`<figure>${sizes}<figcaption>${caption}</figcaption></figure>`;
};

/** A chart that stands beside others: always in its small size. */
export const smallFigure = (drawing: Drawing, label: string, caption: string): Markup =>
  html`<figure class="small">${trusted(svgElement(drawing, { label, size: 'narrow' }))}<figcaption>${caption}</figcaption></figure>`;

/** The colour of a candidate in front of its name. */
export const swatch = ({ index }: Entry): Markup => trusted(`<i class="swatch" data-ink="${index % 10}"></i>`);

/** One rule a candidate's colour: a page without inline styles needs a class for each. */
export const swatchCss = (): string =>
  Array.from({ length: 10 }, (_, index) => `[data-ink="${index}"]{--own:${chooseInk(index)}}`).join('');
