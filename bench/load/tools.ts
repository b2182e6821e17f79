import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A load generator that can be run for a time at full speed. */
export interface Tool {
  readonly name: string;
  readonly command: (url: string, connections: number, seconds: number) => readonly string[];
  /** Answers that it counted. */
  readonly requestsIn: (stdout: string) => number;
  readonly version: readonly string[];
}

const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
/** Where tools that are not on the PATH were installed, e.g. BENCH_OHA=/opt/oha/bin/oha. */
const found = (name: string): string => process.env[`BENCH_${name.toUpperCase()}`] ?? name;

export const http1Tools: readonly Tool[] = [
  {
    name: 'wrk',
    command: (url, connections, seconds) => [found('wrk'), '-t1', `-c${connections}`, `-d${seconds}s`, url],
    requestsIn: (stdout) => Number(/(\d+) requests in/.exec(stdout)?.[1]),
    version: [found('wrk'), '-v'],
  },
  {
    name: 'pitwall',
    command: (url, connections, seconds) => [
      process.execPath,
      main,
      'load',
      '-c',
      String(connections),
      '-z',
      `${seconds}s`,
      '-j',
      '--no-ceiling',
      url,
    ],
    requestsIn: (stdout) => (JSON.parse(stdout) as { pitwall: { counts: { ok: number } } }).pitwall.counts.ok,
    version: [process.execPath, main, '--version'],
  },
  {
    name: 'oha',
    command: (url, connections, seconds) => [
      found('oha'),
      '--no-tui',
      '--worker-threads',
      '1',
      '-c',
      String(connections),
      '-z',
      `${seconds}s`,
      url,
    ],
    requestsIn: (stdout) => Number(/\[200\] (\d+) responses/.exec(stdout)?.[1]),
    version: [found('oha'), '--version'],
  },
  {
    name: 'autocannon',
    command: (url, connections, seconds) => [
      found('autocannon'),
      '--json',
      '-c',
      String(connections),
      '-d',
      String(seconds),
      url,
    ],
    requestsIn: (stdout) => (JSON.parse(stdout) as { requests: { total: number } }).requests.total,
    version: [found('autocannon'), '--version'],
  },
];

/** The same load over HTTP/2, `streams` requests at a time on each connection. The first is what the others are compared with. */
export const http2Tools = (streams: number): readonly Tool[] => [
  {
    name: 'h2load',
    command: (url, connections, seconds) => [
      found('h2load'),
      '-t1',
      `-c${connections}`,
      `-m${streams}`,
      `-D${seconds}`,
      url,
    ],
    requestsIn: (stdout) => Number(/(\d+) succeeded/.exec(stdout)?.[1]),
    version: [found('h2load'), '--version'],
  },
  ...http1Tools
    .filter(({ name }) => name === 'pitwall' || name === 'oha')
    .map((tool) => ({
      ...tool,
      command: (url: string, connections: number, seconds: number) => [
        ...tool.command(url, connections, seconds).slice(0, -1),
        '--http2',
        '-p',
        String(streams),
        url,
      ],
    })),
];

/** The tools of these that this machine has, with what they call their version. */
export const availableTools = async (all: readonly Tool[]): Promise<(Tool & { readonly versionText: string })[]> => {
  const tools: (Tool & { readonly versionText: string })[] = [];
  for (const tool of all) {
    const [file, ...args] = tool.version;
    try {
      const { stdout, stderr } = await run(file!, args);
      tools.push({ ...tool, versionText: firstLine(stdout, stderr) });
    } catch (error) {
      const { code, stdout = '', stderr = '' } = error as { code?: unknown; stdout?: string; stderr?: string };
      // wrk -v exits with 1.
      if (code !== 'ENOENT' || existsSync(file!)) tools.push({ ...tool, versionText: firstLine(stdout, stderr) });
      else process.stderr.write(`${tool.name} is not installed: left out\n`);
    }
  }
  return tools;
};

const firstLine = (...texts: string[]): string => /[\w.]*\d+\.\d+[\w.]*/.exec(texts.join('\n'))?.[0] ?? '?';

export interface ToolRun {
  readonly requests: number;
  /** In the tool's own code and its libraries, the whole process. */
  readonly userSeconds: number;
  /** In the kernel on its behalf. */
  readonly systemSeconds: number;
}

/** Runs a tool on one core. */
export const runTool = async (
  tool: Tool,
  core: number,
  url: string,
  connections: number,
  seconds: number,
): Promise<ToolRun> => {
  const script = 'TIMEFORMAT="cpu %U %S"; time taskset -c "$@"';
  const { stdout, stderr } = await run(
    'bash',
    ['-c', script, 'bench', String(core), ...tool.command(url, connections, seconds)],
    { maxBuffer: 1e9 },
  );
  const [, user, system] = /cpu ([\d.]+) ([\d.]+)/.exec(stderr) ?? [];
  return { requests: tool.requestsIn(stdout), userSeconds: Number(user), systemSeconds: Number(system) };
};
