/** A space at which a line may end: not between a number and its unit. */
const gap = / +(?!%|ms\b|MiB\b|requests\/s)/;

/** Breaks a text between words into lines of at most so many characters; all lines but the first begin with `indent` spaces. */
export const fold = (text: string, columns: number, indent = 0): readonly string[] => {
  const lines: string[] = [];
  let line = /^ */.exec(text)![0];
  let isEmpty = true;
  for (const word of text.trim().split(gap)) {
    const longer = isEmpty ? `${line}${word}` : `${line} ${word}`;
    if (isEmpty || longer.length <= columns) {
      line = longer;
    } else {
      lines.push(line);
      line = `${' '.repeat(indent)}${word}`;
    }
    isEmpty = false;
  }
  return [...lines, line];
};

/** The same beside a label in a column of its own; a label that is wider than it gets a line for itself. */
export const foldBeside = (label: string, text: string, { columns, width }: { columns: number; width: number }) => {
  const [first = '', ...rest] = fold(text, Math.max(20, columns - width));
  const below = rest.map((line) => ' '.repeat(width) + line);
  return label.length < width ? [label.padEnd(width) + first, ...below] : [label, ' '.repeat(width) + first, ...below];
};

/** The beginning of a text that is too long for one line. */
export const cutTo = (text: string, columns: number): string =>
  text.length > columns ? `${text.slice(0, Math.max(0, columns - 1))}…` : text;
