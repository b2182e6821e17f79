import { Command, InvalidArgumentError } from 'commander';
import { systemClock } from '../base/index.ts';
import { cacheFolder, packageRoot } from '../components/index.ts';
import { collectFindings, type Examination, examine, type Finding } from '../doctor/index.ts';
import { formatDurationMs, parseDurationMs } from '../plan/index.ts';
import { toolsFolder, useTools } from '../setup/index.ts';
import { type CommandContext, exitCode } from './terminal/io.ts';

interface DoctorFlags {
  readonly watch: number;
  readonly json?: true;
}

export const doctorCommand = ({ io, setExitCode }: CommandContext): Command =>
  new Command('doctor')
    .description('Say what this machine has, what is missing and how to install it, and how quiet it is for a race.')
    .option('--watch <time>', 'how long to watch what else runs; 0s leaves out all that is measured', duration, 5_000)
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExits with 1 when no race can run, or when none would get a verdict.\n')
    .action(async ({ watch: watchMs, json }: DoctorFlags) => {
      const { signal } = io;
      if (watchMs > 0 && !json)
        io.stderr(`Watching the machine for ${formatDurationMs(watchMs)}, then loading it for two seconds.\n`);
      const cache = cacheFolder(io.env, process.getuid?.() === 0);
      useTools(cache);
      const roots = [process.cwd(), packageRoot()];
      const examination = await examine({ clock: systemClock, roots, watchMs, signal, tools: toolsFolder(cache) });
      const findings = collectFindings(examination);
      io.stdout(json ? `${JSON.stringify({ ...examination, findings }, null, 2)}\n` : writeText(examination, findings));
      if (findings.some(({ state }) => state === 'bad')) setExitCode(exitCode.failed);
    });

const duration = (text: string): number => {
  const durationMs = parseDurationMs(text);
  if (durationMs === undefined) throw new InvalidArgumentError('It must be a duration, e.g. 5s.');
  return durationMs;
};

const titles: Readonly<Record<Finding['group'], string>> = {
  tools: 'Tools',
  candidates: 'Candidates',
  noise: 'Quiet enough?',
};
const marks: Readonly<Record<Finding['state'], string>> = { ok: '  ok   ', note: '  note ', bad: '  BAD  ' };

const writeText = ({ environment }: Examination, findings: readonly Finding[]): string => {
  const lines: string[] = [];
  if (environment !== undefined) {
    const { cpu, cores, memoryMiB, kernel, node, governor, virtualisation } = environment;
    const rest = [virtualisation, governor === undefined ? undefined : `governor ${governor}`];
    const facts = [cpu, `${cores} cores`, `${(memoryMiB / 1024).toFixed(1)} GiB`, `Linux ${kernel}`, `Node ${node}`];
    lines.push([...facts, ...rest].filter((fact) => fact !== undefined).join(', '), '');
  }
  for (const [group, title] of Object.entries(titles)) {
    const own = findings.filter((finding) => finding.group === group);
    if (own.length === 0) continue;
    lines.push(title);
    for (const { state, text, advice } of own) {
      lines.push(`${marks[state]}${text}`);
      if (advice !== undefined) lines.push(`         ${advice}`);
    }
    lines.push('');
  }
  return `${lines.join('\n').trimEnd()}\n`;
};
