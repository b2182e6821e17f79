/**
 * Every failure that pitwall itself raises: the code says what kind, the message what happened and
 * where (value got, value expected), the hint what to do next. `docs/errors.md` lists them all; a
 * test holds the two together.
 */
const hints = {
  'usage.invalid': 'Run the command with --help to see what it takes.',
  'plan.not-found': 'Give the path of a plan, or run `pitwall race` without one for the default plan.',
  'plan.invalid': 'Correct the line named above; docs/plan.md lists every key.',
  'plan.impossible': 'Change the plan, or race on a machine that has what it asks for.',
  'candidate.invalid': 'Correct the candidate.yaml named above; docs/candidates.md lists every key.',
  'candidate.prepare-failed': 'Read the last lines of the log named above; the candidate is skipped until it builds.',
  'candidate.tool-missing': 'Install the tool named above, or leave the candidate out with --only.',
  'candidate.database-failed': 'Read the last lines of the log named above; the candidate is left out until they work.',
  'workload.invalid': 'Correct the workload named above; docs/workloads.md says what it must export.',
  'stage.tool-missing': 'Install it with `npx pitwall setup`, or race without it (leave out --strict).',
  'setup.impossible': 'Install it by hand with the command named above; without it the race leaves that part out.',
  'stage.not-ready': 'Read the last lines of its log, shown above.',
  'stage.died': 'Read the last lines of its log, shown above.',
  'stage.state-differs': 'Something else changed the snapshot; run the race again, and report it if it comes again.',
  'stage.unreachable-folder':
    'Choose a folder that every user may pass through, or name another user (--database-user, --candidate-user).',
  'stage.unusable-folder': 'Point the variable named above at a folder that exists and that you can write to.',
  'stage.not-permitted': 'Run it as root, or leave that key out of the plan.',
  'stage.unsupported-platform': 'Run it on Linux (x64 or arm64).',
  'host.unreachable': 'Read the message above: the agent of that host could not be started, or did not answer.',
  'host.lost':
    'Look at that host: its agent ends what it started and removes its files by itself. Run the command again.',
  'host.protocol': 'Something else than pitwall’s agent writes to its stream; see what the message quotes.',
  'host.refused': 'Read the message above: the host could not do what was asked of it.',
  'load.invalid': 'Run `pitwall load --help` to see what it takes.',
  'load.failed': 'Read the message above; run with NODE_DEBUG=pitwall:load for details.',
  'observe.invalid': 'Run the command with --help to see what it takes.',
  'observe.failed': 'Read the message above; run with NODE_DEBUG=pitwall:telemetry,pitwall:wire for details.',
  'stats.invalid':
    'This is a defect of pitwall (values that cannot be averaged came in); please report it with the message.',
  'explain.invalid': 'Correct the value named above; docs/model.md says what each input means.',
  'result.not-found': 'List the races in the results folder, or give the path of one.',
  'result.invalid': 'The file was changed or written by another version; run the race again.',
  'result.unwritable': 'Free some space or choose another folder with --results.',
  'result.locked': 'Wait for the other pitwall, or end it; each race has a folder of its own.',
  'report.unwritable': 'Free some space or choose another file with --out.',
  'report.not-built': 'Run `npm run build` in the folder of pitwall.',
  'cli.interrupted': 'What it had started was stopped; run it again.',
  'cli.system': 'The system refused it: look at free space, permissions, and whether the folder is still there.',
  'cli.unwritable': 'Free some space, or send the output elsewhere.',
  'race.interrupted': 'Everything was stopped and the journal is kept; `pitwall race --resume RACE` goes on.',
  'race.changed': 'Put back what changed, or run a new race.',
  'race.url-failed': 'Start that server or correct its URL; `curl -i URL` shows what it answers. Nothing was loaded.',
  'race.finished':
    'Add blocks with `pitwall race --resume RACE --blocks N` (N: how many it is to have then), or run it again with `--repeat RACE`.',
} as const;

export type ErrorCode = keyof typeof hints;

/** All error codes, for the test that holds them against the documentation. */
export const errorCodes = Object.keys(hints) as readonly ErrorCode[];

export class PitwallError extends Error {
  override readonly name = 'PitwallError';
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }

  /** What to do next. */
  get hint(): string {
    return hints[this.code];
  }
}

/** The message of anything that can be thrown. */
export const describeThrown = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown));
