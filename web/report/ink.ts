/** A canvas cannot use custom properties, so a chart on one asks for their present values. */
export const ink = (name: string): string =>
  getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

export const candidateInk = (index: number): string => ink(`c${index % 10}`);

/** Calls back when light turns to dark, or screen to paper: canvases must be drawn again. */
export const whenInkChanges = (redraw: () => void): void => {
  for (const query of ['(prefers-color-scheme: dark)', 'print']) matchMedia(query).addEventListener('change', redraw);
};
