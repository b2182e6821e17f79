import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { PitwallError } from '../../src/base/index.ts';
import { formatError } from '../../src/cli/terminal/program.ts';
import { makeRaceFolder, repository } from '../support/race-folder.ts';
import { runPitwall } from '../support/run-pitwall.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'errors-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('an error message', () => {
  test('does not let a terminal act on what a plan or a log holds', () => {
    const text = formatError(new PitwallError('plan.invalid', 'red: \x1b[31mred\x1b[0m\u202eturned\nnext line'));
    expect(text).toMatch(/^pitwall: red: redturned\nnext line\n {2}next: /);
  });

  test('has no stack where the system refused something', () => {
    const refused = Object.assign(new Error('ENOSPC: no space left on device, write'), {
      syscall: 'write',
      code: 'ENOSPC',
    });
    expect(formatError(refused)).toMatch(
      /^pitwall: ENOSPC: no space left on device, write\n {2}next: .*\[cli\.system\]\n$/,
    );
  });
});

/** A message, what to do next, and no stack. */
const expectPlain = (stderr: string, says: RegExp): void => {
  expect(stderr).toMatch(says);
  expect(stderr).toMatch(/\n {2}next: .* \[[a-z.-]+\]\n/);
  expect(stderr).not.toMatch(/\n\s+at /);
};

describe('what users do gets a message without a stack', () => {
  const inFolder = (env: (race: ReturnType<typeof makeRaceFolder>) => Record<string, string>) => async () => {
    using race = makeRaceFolder({ good: 'none' });
    return await runPitwall(['race', race.plan, '--results', race.results], {
      env: { TMPDIR: race.tmp, ...env(race) },
    });
  };
  const file = () => {
    writeFileSync(join(folder, 'file'), '');
    return join(folder, 'file');
  };

  test.each([
    { name: 'a TMPDIR that is not there', run: inFolder(() => ({ TMPDIR: join(folder, 'none') })), says: /TMPDIR/ },
    { name: 'a TMPDIR that is a file', run: inFolder(() => ({ TMPDIR: file() })), says: /TMPDIR/ },
    {
      name: 'a cache below a file',
      run: inFolder(() => ({ PITWALL_CACHE: join(file(), 'x') })),
      says: /PITWALL_CACHE/,
    },
    { name: 'results below /proc', run: () => inResults('/proc/no-such-thing/x'), says: /cannot be created/ },
    {
      name: 'an SQL typo',
      run: () => inSchema('CREATE TABEL item ();\n'),
      says: /schema.sql:1: syntax error/,
    },
    {
      name: 'a table that the schema lacks',
      run: () => inSchema('SELECT 1;\n'),
      says: /its table item: relation "item" does not exist/,
    },
  ])('$name', async ({ run, says }) => {
    const { code, stderr } = await run();
    expectPlain(stderr, says);
    expect(code).toBeGreaterThan(0);
    expect(code).toBeLessThan(3);
  });

  const inResults = async (results: string) => {
    using race = makeRaceFolder({ good: 'none' });
    return await runPitwall(['race', race.plan, '--results', results], { env: { TMPDIR: race.tmp } });
  };

  const inSchema = async (sql: string) => {
    const items = join(repository, 'test', 'fixtures', 'workloads', 'items');
    const workload = join(folder, 'items');
    mkdirSync(workload);
    writeFileSync(join(workload, 'schema.sql'), sql);
    writeFileSync(
      join(workload, 'workload.yaml'),
      `name: items\nabout: x\nschema: schema.sql\nmodule: ${join(items, 'items.ts')}\nscale: 2\n`,
    );
    using race = makeRaceFolder({ good: 'none' }, { workload });
    const ended = await runPitwall(['race', race.plan, '--results', race.results], { env: { TMPDIR: race.tmp } });
    expect(readdirSync(race.tmp)).toEqual([]);
    return ended;
  };

  test('a full disk under the output of a load', async () => {
    const server = createServer((_, response) => response.end('hello'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    const url = `http://127.0.0.1:${port}/`;
    const { code, stderr } = await runPitwall(['load', url, '-n', '10', '-c', '1', '--no-ceiling', '-o', '/dev/full']);
    server.close();
    expectPlain(stderr, /ENOSPC/);
    expect(code).toBe(1);
  });
});

test('a race in which nothing raced exits with 1 and says so', async () => {
  using race = makeRaceFolder({ good: 'none' });
  const manifest = join(race.folder, 'candidates', 'good', 'candidate.yaml');
  writeFileSync(
    manifest,
    JSON.stringify({
      name: 'good',
      about: 'x',
      language: 'none',
      requires: ['no-such-command'],
      start: { command: ['true'] },
    }),
  );
  const { code, stderr } = await runPitwall(['race', race.plan, '--results', race.results], {
    env: { TMPDIR: race.tmp },
  });
  expect(stderr).toContain('nothing raced');
  expect(code).toBe(1);
});

test('a race works below folders with blanks and signs in their names', async () => {
  using race = makeRaceFolder({ good: 'none' }, { blocks: 1 });
  const tmp = join(race.folder, "a, b 'c' #d");
  mkdirSync(tmp);
  const { code, stderr } = await runPitwall(['race', race.plan, '--results', race.results], { env: { TMPDIR: tmp } });
  expect(stderr).not.toContain('warning');
  expect(code).toBe(0);
  expect(readdirSync(tmp)).toEqual([]);
});
