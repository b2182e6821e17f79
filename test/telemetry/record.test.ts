import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { runProgram } from '../../src/cli/terminal/program.ts';
import { isRunning } from '../support/traces.ts';

const folder = mkdtempSync(join(tmpdir(), 'pitwall-record-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs `pitwall record` in this process. */
const record = async (...args: readonly string[]) => {
  const output = { stdout: '', stderr: '' };
  const code = await runProgram(['record', ...args], {
    stdout: (text) => {
      output.stdout += text;
    },
    stderr: (text) => {
      output.stderr += text;
    },
    stdoutIsTty: false,
    stderrIsTty: false,
    columns: 80,
    color: false,
    signal: new AbortController().signal,
    env: {},
  });
  return { code, ...output };
};
const burner = (seconds: number): string =>
  `exec python3 -c "import time
t = time.time()
while time.time() - t < ${seconds}: pass"`;
const burnt = (seconds: number): string =>
  `import time\nend = time.thread_time() + ${seconds}\nwhile time.thread_time() < end: pass`;
const layRows = (log: string): number[][] =>
  log
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/).map(Number));

describe('pitwall record', () => {
  test('writes a row an interval, the first of them measured', async () => {
    const burning = spawn('python3', ['-c', 'while True: pass'], { stdio: 'ignore' });
    try {
      await expect.poll(() => readFileSync(`/proc/${burning.pid}/stat`, 'latin1')).toContain('(python3)');
      const { code, stdout } = await record(String(burning.pid), '--interval', '0.5', '--duration', '2.2');
      expect(code).toBe(0);
      const [said, header, ...rows] = stdout.trim().split('\n');
      expect(said).toBe(`Attaching to process ${burning.pid}`);
      expect(header).toBe('# Elapsed time   CPU (%)     Real (MB)   Virtual (MB)');
      expect(rows.length).toBeGreaterThanOrEqual(3);
      const [elapsed, cpu, real] = rows[0]!.trim().split(/\s+/).map(Number);
      expect(elapsed).toBeGreaterThan(0.45);
      expect(cpu).toBeGreaterThan(2);
      expect(real).toBeGreaterThan(3);
    } finally {
      burning.kill('SIGKILL');
    }
  });

  test('says what it starts, and when that is over', async () => {
    const { stdout } = await record('sleep 0.3');
    expect(stdout).toMatch(/^Starting up command 'sleep 0\.3' and attaching to process\n#/);
    expect(stdout).toMatch(/\nProcess finished \(\d\.\d\d seconds\)\n$/);
  });

  test('children count only where asked for', async () => {
    const command =
      'sh -c "exec python3 -c \\"bytearray(60*10**6); import time; x = b\'x\' * 60*10**6; time.sleep(1)\\"" & wait';
    const alone = JSON.parse((await record(command, '--json')).stdout);
    const tree = JSON.parse((await record(command, '--json', '--include-children')).stdout);
    expect(alone.processes).toBe(1);
    expect(alone.peakRssMiB).toBeLessThan(20);
    expect(tree.processes).toBeGreaterThanOrEqual(2);
    expect(tree.peakRssMiB).toBeGreaterThan(50);
    expect(tree.contextSwitches).toBeGreaterThanOrEqual(0);
  });

  test('writes CSV with I/O and unix time to a file, and draws', async () => {
    const log = join(folder, 'log.csv');
    const plot = join(folder, 'plot.svg');
    const flags = [
      '--interval',
      '0.1',
      '--include-io',
      '--log',
      log,
      '--log-format',
      'csv',
      '--unix-time',
      '--plot',
      plot,
    ];
    const { code } = await record(burner(0.6), ...flags);
    expect(code).toBe(0);
    const [header, first] = readFileSync(log, 'utf8').split('\n');
    expect(header).toBe(
      'elapsed_time,nproc,cpu,mem_real,mem_virtual,read_count,write_count,read_bytes,write_bytes,unix_time',
    );
    expect(first!.split(',')).toHaveLength(10);
    expect(Math.abs(Number(first!.split(',')[9]) - Date.now() / 1000)).toBeLessThan(60);
    const svg = readFileSync(plot, 'utf8');
    expect(svg).toMatch(/^<svg xmlns=.*<\/svg>\n$/s);
    expect(svg).toContain('CPU, % of a core');
  });

  test('tells the processes of a tree apart', async () => {
    const file = join(folder, 'processes.csv');
    const command = 'sleep 0.7 & python3 -c "while True: pass" & pid=$!; sleep 0.7; kill $pid; wait';
    await record(command, '--interval', '0.2', '--include-children', '--per-process', file, '--json');
    const [header, ...rows] = readFileSync(file, 'utf8').trim().split('\n');
    expect(header).toBe('elapsed_time,pid,name,cpu,mem_real,mem_virtual,threads');
    const readCpu = (name: string): number =>
      Math.max(...rows.map((row) => row.split(',')).flatMap((cells) => (cells[2] === name ? [Number(cells[3])] : [])));
    expect(readCpu('python3')).toBeGreaterThan(readCpu('sleep'));
  });

  test('ends a command at the end of the duration, with all that it started', async () => {
    const marker = `31${process.pid % 10_000}.25`;
    const { code } = await record(`sleep ${marker} & sleep ${marker}`, '--duration', '0.4', '--include-children');
    expect(code).toBe(0);
    expect(isRunning(`sleep ${marker}`)).toBe(false);
  });

  test.each([
    { name: 'the command itself', children: [], program: 'burn(0.5)' },
    { name: 'its children', children: ['--include-children'], program: 'os.waitpid(fork(), 0)' },
  ])('counts CPU to the end of $name, also of what ends before the first sample', async ({ children, program }) => {
    const body = `import os, time
def burn(s):
    end = time.thread_time() + s
    while time.thread_time() < end: pass
def fork():
    pid = os.fork()
    if pid == 0:
        burn(0.5)
        os._exit(0)
    return pid
${program}`;
    const { stdout } = await record('--json', '--interval', '20', ...children, '--', 'python3', '-c', body);
    const usage = JSON.parse(stdout);
    expect(usage.cpuSeconds).toBeGreaterThan(0.49);
    expect(usage.cpuSeconds).toBeLessThan(1.2);
    expect(usage.peakRssMiB).toBeGreaterThan(3);
    expect(usage.rssMiB).toBeGreaterThan(1);
    expect(usage.processes).toBeGreaterThanOrEqual(1);
  });

  test('does not count the children of a command where they were not asked for', async () => {
    const body = `import os, time
pid = os.fork()
if pid == 0:
    end = time.thread_time() + 0.6
    while time.thread_time() < end: pass
    os._exit(0)
os.waitpid(pid, 0)
time.sleep(0.5)`;
    const { stdout } = await record('--json', '--interval', '0.1', '--', 'python3', '-c', body);
    expect(JSON.parse(stdout).cpuSeconds).toBeLessThan(0.4);
  });

  test('writes a last row of what a command used in the window in which it ended', async () => {
    const log = join(folder, 'last-row.txt');
    await record('--interval', '20', '--log', log, '--', 'python3', '-c', burnt(0.5));
    const rows = layRows(readFileSync(log, 'utf8'));
    const usedSeconds = rows.reduce(
      (sum, [elapsed, cpu], index) => sum + (cpu! / 100) * (elapsed! - (rows[index - 1]?.[0] ?? 0)),
      0,
    );
    expect(usedSeconds).toBeGreaterThan(0.45);
    expect(rows.at(-1)![2]).toBeGreaterThan(1);
  });

  test('ends a command at the end of the duration without its children recorded too', async () => {
    const marker = `32${process.pid % 10_000}.25`;
    await record(`sleep ${marker} & setsid sleep ${marker} & sleep ${marker}; true`, '--duration', '0.4');
    expect(isRunning(`sleep ${marker}`)).toBe(false);
  });

  test('a process that is not there, a bad interval and a folder that is not there are refused', async () => {
    expect(await record('99999999')).toMatchObject({ code: 1, stderr: expect.stringContaining('no process 99999999') });
    expect((await record('1', '--interval', '0')).code).toBe(2);
    expect(await record('true', '--log', '/nonexistent/log')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('/nonexistent/log'),
    });
  });
});

const psrecord = process.env['PSRECORD'] ?? 'psrecord';
const hasPsrecord = spawnSync(psrecord, ['--help']).status === 0;

describe.skipIf(!hasPsrecord)(`beside psrecord${hasPsrecord ? '' : ' (not installed; PSRECORD names it)'}`, () => {
  test('both logs of one process have the same form, and agree where psrecord is right', async () => {
    const burning = spawn('python3', ['-c', 'import time\nx = b"x" * 40_000_000\nwhile True: pass'], {
      stdio: 'ignore',
    });
    try {
      await new Promise((resolve) => setTimeout(resolve, 500));
      const theirsFile = join(folder, 'theirs.txt');
      const oursFile = join(folder, 'ours.txt');
      const flags = ['--interval', '0.5', '--duration', '4', '--include-io'];
      const theirs = spawn(psrecord, [String(burning.pid), ...flags, '--log', theirsFile], { stdio: 'ignore' });
      await record(String(burning.pid), ...flags, '--log', oursFile);
      await new Promise((resolve) => theirs.once('exit', resolve));
      const [ours, other] = [readFileSync(oursFile, 'utf8'), readFileSync(theirsFile, 'utf8')];
      expect(ours.split('\n')[0]).toBe(other.split('\n')[0]);
      const shape = (line: string): string => line.replaceAll(/\d/g, '0').replaceAll(/ +0+/g, ' 0');
      expect(shape(ours.split('\n')[1]!)).toBe(shape(other.split('\n')[1]!));
      // Its first CPU value is always 0; the mean of the others is the same.
      const averageOf = (rows: number[][], column: number): number =>
        rows.reduce((sum, row) => sum + row[column]!, 0) / rows.length;
      const [oursRows, otherRows] = [layRows(ours), layRows(other).slice(1)];
      expect(Math.abs(averageOf(oursRows, 1) - averageOf(otherRows, 1))).toBeLessThan(8);
      for (const column of [2, 3]) expect(averageOf(oursRows, column)).toBeCloseTo(averageOf(otherRows, column), 0);
    } finally {
      burning.kill('SIGKILL');
    }
  });
});
