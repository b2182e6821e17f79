import { PitwallError } from '../base/index.ts';
import type { Plan } from '../plan/index.ts';
import type { PlanFacts } from '../result/index.ts';

/** Ends the name of the second entry of a candidate that is raced against itself. */
const suffix = '-twin';

/** The plan with one of its candidates entered twice (an A/A race): what the two differ by is the noise of the race. */
export const withTwin = (plan: Plan, name: string): { readonly plan: Plan; readonly twin: PlanFacts['twin'] } => {
  const original = plan.entries.find((entry) => entry.name === name);
  if (original === undefined) {
    throw new PitwallError(
      'usage.invalid',
      `--aa ${name}: the plan has ${plan.entries.map((e) => e.name).join(', ')}.`,
    );
  }
  const twin = { ...original, name: `${name}${suffix}` };
  return { plan: { ...plan, entries: [...plan.entries, twin] }, twin: { of: name, name: twin.name } };
};
