import { Command, CommanderError } from 'commander';
import { describeThrown, PitwallError, plainText } from '../../base/index.ts';
import { type CommandContext, type ExitCode, exitCode, type Io } from './io.ts';

type CommandFactory = (context: CommandContext) => Command;

/**
 * Each command is one thin file, loaded when it is asked for: `pitwall load` shall not pay for the model and the
 * charts. `pitwall --help` lists them in this order.
 */
const commands: Readonly<Record<string, () => Promise<CommandFactory>>> = {
  race: async () => (await import('../race.ts')).raceCommand,
  plan: async () => (await import('../plan.ts')).planCommand,
  compare: async () => (await import('../compare.ts')).compareCommand,
  explain: async () => (await import('../explain.ts')).explainCommand,
  history: async () => (await import('../history.ts')).historyCommand,
  load: async () => (await import('../load.ts')).loadCommand,
  record: async () => (await import('../record.ts')).recordCommand,
  tap: async () => (await import('../tap.ts')).tapCommand,
  report: async () => (await import('../report.ts')).reportCommand,
  serve: async () => (await import('../serve.ts')).serveCommand,
  init: async () => (await import('../init.ts')).initCommand,
  setup: async () => (await import('../setup.ts')).setupCommand,
  doctor: async () => (await import('../doctor.ts')).doctorCommand,
};

/** Parses, runs and prints; the one place that turns an error into text and an exit code. */
export const runProgram = async (argv: readonly string[], io: Io): Promise<ExitCode> => {
  let code: ExitCode = exitCode.done;
  const context: CommandContext = {
    io,
    setExitCode: (next) => {
      code = next;
    },
  };
  const program = new Command('pitwall')
    .description('Races database-backed HTTP backends: which is faster, by how much, how sure, at what cost, and why.')
    .version('0.1.0')
    .showHelpAfterError('(add --help for the options)');
  const asked = Object.entries(commands).filter(([name]) => name === argv[0]);
  // Help and mistakes need them all, the version none.
  const needed = asked.length > 0 ? asked : argv[0] === '--version' || argv[0] === '-V' ? [] : Object.entries(commands);
  try {
    for (const [, load] of needed) program.addCommand((await load())(context));
    for (const command of [program, ...program.commands]) {
      command.exitOverride().configureOutput({ writeOut: io.stdout, writeErr: io.stderr });
    }
    await program.parseAsync(argv, { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCode.done : exitCode.usage;
    io.stderr(formatError(error));
    return chooseExitCode(error);
  }
};

const usageCodes: ReadonlySet<string> = new Set([
  'usage.invalid',
  'plan.not-found',
  'plan.invalid',
  'plan.impossible',
  'candidate.invalid',
  'workload.invalid',
  'load.invalid',
  'observe.invalid',
  'race.finished',
]);

const interruptedCodes: ReadonlySet<string> = new Set(['race.interrupted', 'cli.interrupted']);

const chooseExitCode = (error: unknown): ExitCode => {
  if (!(error instanceof PitwallError)) return exitCode.failed;
  if (interruptedCodes.has(error.code)) return exitCode.interrupted;
  return usageCodes.has(error.code) ? exitCode.usage : exitCode.failed;
};

/** What happened, its causes, and what to do next. */
export const formatError = (thrown: unknown): string => {
  const error = asKnown(thrown);
  const lines = [`pitwall: ${describeThrown(error)}`];
  if (error instanceof PitwallError) {
    for (let cause = error.cause; cause !== undefined; cause = cause instanceof Error ? cause.cause : undefined) {
      lines.push(`  because: ${describeThrown(cause)}`);
    }
    lines.push(`  next: ${error.hint} [${error.code}]`);
  } else if (error instanceof Error && error.stack) {
    lines.push(error.stack);
  }
  // Messages hold what plans, logs and peers say: a terminal must not obey it.
  return `${lines
    .flatMap((line) => line.split('\n'))
    .map(plainText)
    .join('\n')}\n`;
};

/** What the system refuses is no defect of pitwall: a stack says nothing to whoever has to free some space. */
const asKnown = (error: unknown): unknown =>
  error instanceof Error && !(error instanceof PitwallError) && 'syscall' in error
    ? new PitwallError('cli.system', error.message)
    : error;
