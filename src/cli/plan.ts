import { Command } from 'commander';
import { packageRoot } from '../components/index.ts';
import { loadPlan } from '../plan/index.ts';
import { checkPlanHere } from '../race/index.ts';
import { findDefaultPlan } from './race/plan-race.ts';
import { formatPlan } from './race/plan-text.ts';
import type { CommandContext } from './terminal/io.ts';

/** Commands about a plan that race nothing. */
export const planCommand = (context: CommandContext): Command =>
  new Command('plan').description('Look at a plan without racing it.').addCommand(checkCommand(context));

const checkCommand = ({ io }: CommandContext): Command =>
  new Command('check')
    .description(
      'Say what a race of the plan would run (commands, names of environment variables, database, requests), and every mistake in it. Only the workload’s module is run.',
    )
    .argument('[plan]', 'a plan file; without it the one that `pitwall race` would take')
    .addHelpText(
      'after',
      '\nExits with 2 when the plan has a mistake.\n\nExample:\n  pitwall plan check plans/mine.yaml\n',
    )
    .exitOverride()
    .configureOutput({ writeOut: io.stdout, writeErr: io.stderr })
    .action(async (file: string | undefined) => {
      const plan = await loadPlan(file ?? findDefaultPlan(), { roots: [process.cwd(), packageRoot()] });
      io.stdout(formatPlan(plan, await checkPlanHere(plan, io.env)));
    });
