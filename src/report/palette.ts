/** A colour for light and one for dark paper; both keep 3:1 against it and apart from each other for the colour-blind. */
interface Ink {
  readonly light: string;
  readonly dark: string;
}

const candidateInks: readonly Ink[] = [
  { light: '#2563c9', dark: '#6ea8ff' },
  { light: '#c2540a', dark: '#ff9d57' },
  { light: '#0f7f6c', dark: '#3fcdb4' },
  { light: '#8a3fc4', dark: '#c795ff' },
  { light: '#c42a52', dark: '#ff7f9f' },
  { light: '#6a7400', dark: '#c3cf4b' },
  { light: '#0b7a9c', dark: '#56c6ea' },
  { light: '#8a5a35', dark: '#d9a67c' },
  { light: '#b02f9d', dark: '#f48fe4' },
  { light: '#556070', dark: '#a9b6c8' },
];

/** The marks that go with the colours, so that colour is never the only difference. */
export const symbols = ['circle', 'square', 'triangle', 'diamond', 'star', 'wye', 'cross'] as const;

/** The custom property of a candidate's colour: the same candidate has the same one in every chart and page. */
export const chooseInk = (index: number): string => `var(--c${index % candidateInks.length})`;

export const chooseSymbol = (index: number): (typeof symbols)[number] => symbols[index % symbols.length]!;

/** What is not the candidate is drawn in greys: the opacity of each part of the stage. */
export const chooseShade = (component: string): number => (component === 'candidate' ? 1 : (shades[component] ?? 0.6));

const shades: Readonly<Record<string, number>> = { load: 0.18, proxy: 0.3, tap: 0.42, pooler: 0.55, database: 0.75 };

const paper = {
  paper: { light: '#ffffff', dark: '#14171c' },
  ink: { light: '#1b1f26', dark: '#e7eaf0' },
  faint: { light: '#5b6573', dark: '#a2adbb' },
  line: { light: '#d8dde4', dark: '#323943' },
  good: { light: '#17794a', dark: '#4fd08b' },
  bad: { light: '#b3261e', dark: '#ff8a80' },
} as const;

const declarations = (tone: keyof Ink): string =>
  [
    ...candidateInks.map((ink, index) => `--c${index}:${ink[tone]}`),
    ...Object.entries(paper).map(([name, ink]) => `--${name}:${ink[tone]}`),
  ].join(';');

/** Custom properties for all colours, light and dark, for a page or for a picture that stands alone. */
export const paletteCss = (): string =>
  `:root{${declarations('light')}}@media (prefers-color-scheme:dark){:root{${declarations('dark')}}}@media print{:root{${declarations('light')}}}`;
