import { join } from 'node:path';
import { describeThrown, PitwallError, withDeadline } from '../../base/index.ts';
import type { Plan, PlanEntry } from '../../plan/index.ts';
import { writeAppFiles } from '../app/app-files.ts';
import type { PreparedCandidate } from '../app/prepare.ts';
import { candidateEnvironment, makeHome } from '../app/process.ts';
import { findHome, type StageContext } from '../context.ts';
import type { DatabaseState } from './database-states.ts';
import { insertTables } from './insert-rows.ts';
import type { Postgres } from './postgres-managed.ts';

/** Migrations and seeds that take longer wait for something that never comes. */
const limitMs = 1_800_000;

export interface AppStateOptions {
  readonly plan: Plan;
  readonly entry: PlanEntry;
  readonly prepared: PreparedCandidate;
  readonly postgres: Postgres;
}

/**
 * Brings the database to the state that a candidate begins with: the workload's schema, what the commands of the workload and the candidate
 * migrate, the workload's rows, what the commands seed. Candidates of the same commands and sources share one.
 * @throws PitwallError `candidate.database-failed` when a command fails.
 */
export const enterAppState = (context: StageContext, options: AppStateOptions): Promise<DatabaseState> => {
  const { plan, entry, prepared, postgres } = options;
  const { workload } = plan;
  const { candidate } = entry;
  const own = [...candidate.migrate, ...candidate.seed];
  const isSame = own.length === 0 && workload.migrate.length + workload.seedCommands.length === 0;
  if (isSame && (workload.schema !== undefined || workload.data.tables.length === 0)) {
    return postgres.states.enter('', () => Promise.resolve());
  }
  const key = JSON.stringify(
    own.length === 0 ? ['workload'] : [prepared.digest, candidate.migrate, candidate.seed, candidate.start.env],
  );
  return postgres.states.enter(key, async (client) => {
    const run = (commands: readonly Command[], of: 'candidate' | 'workload') => runAll(context, options, commands, of);
    await run(workload.migrate, 'workload');
    await run(candidate.migrate, 'candidate');
    if (workload.schema === undefined) await insertTables(client, workload.data.tables);
    await run(workload.seedCommands, 'workload');
    await run(candidate.seed, 'candidate');
  });
};

type Command = readonly string[];

/** As the candidate's own user and with its environment: what they make is the app's. */
const runAll = async (
  context: StageContext,
  { plan, entry, prepared, postgres }: AppStateOptions,
  commands: readonly Command[],
  of: 'candidate' | 'workload',
): Promise<void> => {
  if (commands.length === 0) return;
  const { host } = findHome(context, 'candidate');
  const logFile = join(context.logFolder, `database-${entry.candidate.name}.log`);
  const home = await makeHome(context, prepared.user);
  const at = { host: host.address, port: entry.candidate.port ?? (await host.freePort()) };
  const { env, fill, fillFile } = candidateEnvironment(entry, at, { database: postgres.endpoint, home });
  await writeAppFiles(entry.candidate, { ...prepared, fill: fillFile });
  for (const command of commands.map((words) => words.map(fill))) {
    context.progress(`${entry.candidate.name}: ${command.join(' ')}`);
    try {
      await withDeadline(limitMs, context.signal, (signal) =>
        host.run(command as [string, ...string[]], {
          cwd: of === 'candidate' ? prepared.folder : plan.workload.folder,
          env,
          logFile,
          signal,
          ...(of === 'candidate' && prepared.user ? { user: prepared.user } : {}),
        }),
      );
    } catch (cause) {
      context.signal.throwIfAborted();
      const whose = of === 'candidate' ? entry.candidate.name : `the workload ${plan.workload.name}`;
      throw new PitwallError('candidate.database-failed', `${whose}: ${describeThrown(cause)}`, { cause });
    }
  }
};
