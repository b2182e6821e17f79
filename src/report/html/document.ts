import { createHash } from 'node:crypto';
import { paletteCss } from '../palette.ts';
import { swatchCss } from './figure.ts';
import { html, type Markup, trusted } from './markup.ts';

/** The page's own script and styles, as `npm run build` bundles them. */
export interface PageAssets {
  readonly script: string;
  readonly style: string;
}

/** A whole page, and its policy for those who also send it as a header. */
export interface Page {
  readonly html: string;
  readonly policy: string;
}

interface PageContent {
  readonly title: string;
  readonly body: Markup;
  /** What the script reads. */
  readonly data: unknown;
  /** Whom the page may ask. @default 'nothing' */
  readonly reach?: 'nothing' | 'origin';
}

/** A page without an icon makes the browser ask for one. */
const icon =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 8 8'%3E%3Cpath fill='%232563c9' d='M0 0h4v4h4v4H4V4H0z'/%3E%3C/svg%3E";

/**
 * A page that carries its script, its styles and its data. Its policy allows exactly these, and no request, or with
 * `reach: 'origin'` only those to where the page came from.
 */
export const buildPage = (
  { script, style: own }: PageAssets,
  { title, body, data, reach = 'nothing' }: PageContent,
): Page => {
  const style = `${paletteCss()}${swatchCss()}${own}`;
  const policy = [
    "default-src 'none'",
    `script-src '${hashText(script)}'`,
    `style-src '${hashText(style)}'`,
    ...(reach === 'origin' ? ["connect-src 'self'"] : []),
    'img-src data:',
    "base-uri 'none'",
    `form-action ${reach === 'origin' ? "'self'" : "'none'"}`,
  ].join('; ');
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<link rel="icon" href="${icon}">
<style>${trusted(style)}</style>
</head>
<body>
<a class="skip" href="#main">To the content</a>
${body}
<script type="application/json" id="page-data">${trusted(safeJson(data))}</script>
<script>${trusted(script)}</script>
</body>
</html>
`;
  return { html: page.markup, policy };
};

/** JSON that cannot end its script element, whatever text is in it. */
const safeJson = (data: unknown): string =>
  JSON.stringify(data).replaceAll('<', '\\u003c').replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029');

const hashText = (text: string): string => `sha256-${createHash('sha256').update(text).digest('base64')}`;
