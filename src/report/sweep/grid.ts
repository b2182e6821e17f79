import { labelPoint } from '../../base/index.ts';
import type { CandidateResult, RaceResult } from '../../result/index.ts';

/** A sweep's entries by candidate and point, both in the order of the race. */
export interface Grid {
  readonly points: readonly string[];
  readonly names: readonly string[];
  at(name: string, point: string): CandidateResult | undefined;
}

export const buildGrid = (race: RaceResult): Grid => {
  const cells = new Map<string, CandidateResult>();
  const points: string[] = [];
  const names: string[] = [];
  for (const candidate of race.candidates) {
    const point = labelPoint(candidate.point);
    const name = withoutSuffix(candidate.name, point === '' ? '' : `, ${point}`);
    if (!points.includes(point)) points.push(point);
    if (!names.includes(name)) names.push(name);
    cells.set(`${name}\n${point}`, candidate);
  }
  return { points, names, at: (name, point) => cells.get(`${name}\n${point}`) };
};

/** An entry of a sweep is named for its candidate and its point. */
const withoutSuffix = (text: string, suffix: string): string =>
  suffix !== '' && text.endsWith(suffix) ? text.slice(0, -suffix.length) : text;
