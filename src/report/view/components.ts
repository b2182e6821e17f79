import { componentNames } from '../../base/index.ts';
import { average } from '../../stats/index.ts';
import type { Entry } from './entries.ts';

/** Mean use of one component over a candidate's measured rounds. */
export interface ComponentUse {
  readonly entry: Entry;
  readonly component: string;
  /** Cores used, mean over the rounds. */
  readonly cores?: number;
  readonly memoryMiB?: number;
}

/** One line a component and candidate, in the order of the request's way. */
export const componentUses = (entries: readonly Entry[]): readonly ComponentUse[] =>
  entries.flatMap((entry) => {
    const named = new Set(entry.measured.flatMap(({ components }) => (components ?? []).map(({ name }) => name)));
    return [...named]
      .sort((a, b) => componentOrder(a) - componentOrder(b))
      .map((component) => readUse(entry, component));
  });

const readUse = (entry: Entry, component: string): ComponentUse => {
  const figures = entry.measured.flatMap(({ components }) =>
    (components ?? []).filter(({ name }) => name === component),
  );
  const cores = meanIfAny(figures.map(({ cpuPercent }) => (cpuPercent === undefined ? undefined : cpuPercent / 100)));
  const memoryMiB = meanIfAny(figures.map(({ pssMiB, rssMiB }) => pssMiB ?? rssMiB));
  return {
    entry,
    component,
    ...(cores === undefined ? {} : { cores }),
    ...(memoryMiB === undefined ? {} : { memoryMiB }),
  };
};

const meanIfAny = (values: readonly (number | undefined)[]): number | undefined => {
  const present = values.filter((value) => value !== undefined);
  return present.length === 0 ? undefined : average(present);
};

/** Where a request meets it: parts that are not known come last. */
export const componentOrder = (name: string): number => {
  const at = (componentNames as readonly string[]).indexOf(name);
  return at < 0 ? componentNames.length : at;
};
