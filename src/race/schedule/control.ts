import { PitwallError } from '../../base/index.ts';
import type { Plan } from '../../plan/index.ts';
import type { PlanFacts } from '../../result/index.ts';

/** Ends the name of the second entry of a candidate that is raced against itself. */
const suffix = '-control';

/** The plan with one of its candidates entered twice (an A/A race): what the two differ by is the noise of the race. */
export const withControl = (
  plan: Plan,
  name: string,
): { readonly plan: Plan; readonly control: PlanFacts['control'] } => {
  const original = plan.entries.find((entry) => entry.name === name);
  if (original === undefined) {
    throw new PitwallError(
      'usage.invalid',
      `--aa ${name}: the plan has ${plan.entries.map((e) => e.name).join(', ')}.`,
    );
  }
  const control = { ...original, name: `${name}${suffix}` };
  return { plan: { ...plan, entries: [...plan.entries, control] }, control: { of: name, name: control.name } };
};
