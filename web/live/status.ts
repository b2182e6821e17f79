import type { LiveState } from '../../src/report/live/live-state.ts';

export const element = (id: string): HTMLElement => {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`The page has no ${id}.`);
  return found;
};

/** The lines above and below the grid: what is done, how far it is, what was warned of, how it ended. */
export const showStatus = ({ note, played, rounds, secondsLeft, ended, warnings, leftOut, cells }: LiveState): void => {
  if (ended !== undefined) element('headline').textContent = ended.sentence;
  element('note').textContent = ended === undefined ? note : '';
  (element('progress') as HTMLProgressElement).value = rounds === 0 ? 0 : played / rounds;
  const left = secondsLeft === undefined || ended !== undefined ? '' : `, about ${timeText(secondsLeft)} left`;
  element('left').textContent = rounds === 0 ? '' : `${played} of ${rounds} rounds${left}`;
  const remarks = [
    ...warnings,
    ...Object.entries(leftOut).map(([candidate, reason]) => `${candidate} is out: ${reason}`),
    ...cells.flatMap(({ candidate, block, remarks: own }) =>
      own.map((text) => `${candidate}, block ${block}: ${text}`),
    ),
  ];
  element('warnings').replaceChildren(...(remarks.length === 0 ? ['none'] : remarks).map((text) => item(text)));
};

const item = (text: string): HTMLLIElement => {
  const line = document.createElement('li');
  line.textContent = text;
  return line;
};

const timeText = (seconds: number): string => (seconds < 90 ? `${seconds} s` : `${Math.round(seconds / 60)} min`);
