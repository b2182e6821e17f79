import { findLacking } from '../../components/index.ts';
import { localCommands } from '../../hosts/index.ts';
import type { Plan } from '../../plan/index.ts';
import type { MissingTool } from '../../result/index.ts';
import { readMachineLimits, requirePossible } from './possible.ts';
import { findTools } from './tools.ts';

/** What this machine lacks for a plan that is right. */
export interface PlanCheck {
  /** Parts that the race would go without. */
  readonly missing: readonly MissingTool[];
  /** Commands that candidates need and this machine lacks, by the candidate's name: it would be skipped. */
  readonly lacking: ReadonlyMap<string, readonly string[]>;
}

/**
 * Looks on the machine that pitwall runs on.
 * @throws PitwallError `plan.impossible` or `stage.not-permitted`, as the race would.
 */
export const checkPlanHere = async (
  plan: Plan,
  env: Readonly<Record<string, string | undefined>>,
): Promise<PlanCheck> => {
  requirePossible(plan, readMachineLimits());
  const lacking = new Map<string, readonly string[]>();
  for (const { name, candidate } of plan.entries)
    lacking.set(name, await findLacking(localCommands, candidate.requires));
  const { missing } = await findTools(plan, localCommands, { strict: false, env });
  return { missing, lacking };
};
