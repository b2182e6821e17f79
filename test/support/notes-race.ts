import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RaceResult } from '../../src/result/index.ts';
import { repository, sharedModules } from './race-folder.ts';
import { runPitwall } from './run-pitwall.ts';

const server = 'notes-server.cjs';

export interface NotesRace extends Disposable {
  readonly folder: string;
  /** Writes a file below the folder. */
  write(path: string, text: string): void;
  /** A candidate of notes-server.cjs; `more` goes into its candidate.yaml. */
  candidate(name: string, more?: Readonly<Record<string, unknown>>): void;
  run(
    plan?: Readonly<Record<string, unknown>>,
  ): Promise<{ code: number; output: string; result: RaceResult; logs(): string }>;
}

/** A race of servers that write, over tables that come from wherever the test says; `more` goes into its workload.yaml. */
export const makeNotesRace = (
  more: Readonly<Record<string, unknown>> = {},
  { method = 'POST', least = 10 }: { readonly method?: string; readonly least?: number } = {},
): NotesRace => {
  const folder = mkdtempSync(join(tmpdir(), 'notes-race-'));
  chmodSync(folder, 0o755);
  const write = (path: string, text: string): void => {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  write(
    'workloads/notes/workload.yaml',
    JSON.stringify({ name: 'notes', about: 'x', module: 'data.mjs', scale: 1, ...more }),
  );
  write(
    'workloads/notes/data.mjs',
    `const check = ({ status, body }) => {
       if (status !== 200) return { path: 'status', expected: '200', actual: String(status) };
       const { count } = JSON.parse(Buffer.from(body).toString());
       return count >= ${least} ? undefined : { path: '$.count', expected: '${least} or more', actual: String(count) };
     };
     const request = { method: ${JSON.stringify(method)}, path: '/notes', headers: {} };
     export default () => ({
       tables: [],
       requests: [request],
       probes: [{ name: 'notes are there', request: { ...request, method: 'GET' }, check }],
       checkAnswer: (_, answer) => check(answer),
     });`,
  );
  const names: string[] = [];
  return {
    folder,
    write,
    candidate(name, own = {}) {
      names.push(name);
      const target = join(folder, 'candidates', name);
      mkdirSync(target, { recursive: true });
      copyFileSync(join(repository, 'test', 'fixtures', 'candidates', server), join(target, server));
      const { env = {}, start = {}, ...others } = own as { env?: object; start?: object };
      const manifest = {
        name,
        about: 'A server that writes.',
        language: 'javascript',
        start: { command: ['node', server, 'serve'], env: { NODE_PATH: sharedModules, ...env }, ...start },
        ...others,
      };
      write(join('candidates', name, 'candidate.yaml'), JSON.stringify(manifest));
    },
    async run(plan = {}) {
      const content = {
        workload: './workloads/notes',
        candidates: names.map((name) => `./candidates/${name}`),
        blocks: 2,
        duration: '500ms',
        warmup: '200ms',
        connections: 4,
        proxy: false,
        pooler: false,
        calibration: false,
        ...plan,
      };
      write('plan.yaml', JSON.stringify(content));
      mkdirSync(join(folder, 'tmp'), { recursive: true });
      const results = join(folder, 'results');
      const { code, stdout, stderr } = await runPitwall(['race', join(folder, 'plan.yaml'), '--results', results], {
        env: { TMPDIR: join(folder, 'tmp') },
      });
      const race = join(results, readdirSync(results).at(-1)!);
      return {
        code,
        output: `${stdout}${stderr}`,
        result: JSON.parse(readFileSync(join(race, 'race.json'), 'utf8')) as RaceResult,
        logs: () =>
          readdirSync(join(race, 'logs'))
            .map((name) => readFileSync(join(race, 'logs', name), 'utf8'))
            .join(''),
      };
    },
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
};

/** The commands of notes-server.cjs. */
export const notesCommand = (name: string): readonly string[] => ['node', server, name];
