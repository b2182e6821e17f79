import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock as clock, createScope } from '../../src/base/index.ts';
import { cacheFolder } from '../../src/components/index.ts';
import { startTap, type Tap } from '../../src/wire/index.ts';
import { postgresBin, startTestPostgres, type TestPostgres } from '../support/postgres.ts';

const run = promisify(execFile);
/** Brings a libpq of its own, newer than Debian's: 18, which speaks protocol 3.2. */
const release = 'psycopg[binary]==3.3.9';

/** A Python that has psycopg, made once and kept in pitwall's cache; undefined where there is no Python or no registry. */
const findPython = async (): Promise<string | undefined> => {
  const folder = join(cacheFolder(process.env, process.getuid?.() === 0), 'test-clients', 'psycopg-3.3.9');
  const python = join(folder, 'bin', 'python');
  const marker = join(folder, '.complete');
  if (existsSync(marker)) return python;
  try {
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
    await run('python3', ['-m', 'venv', folder]);
    await run(join(folder, 'bin', 'pip'), ['install', '--quiet', '--disable-pip-version-check', release]);
    await writeFile(marker, release);
    return python;
  } catch {
    return undefined;
  }
};

describe.skipIf(postgresBin() === undefined)('a live libpq through the tap', () => {
  const scope = createScope();
  let python: string | undefined;
  let db: TestPostgres;
  let tap: Tap;
  beforeAll(async () => {
    python = await findPython();
    db = scope.use(await startTestPostgres());
    tap = scope.use(
      await startTap({
        listen: { host: '127.0.0.1', port: 0 },
        upstream: { host: db.host, port: db.port },
        count: 'messages',
        clock,
      }),
    );
  }, 120_000);
  afterAll(() => scope[Symbol.asyncDispose]());

  const pipeline = async (port: number, protocol: string) => {
    const target = `host=127.0.0.1 port=${port} user=${db.trusted} dbname=postgres sslmode=disable gssencmode=disable`;
    const { stdout } = await run(python!, [join(import.meta.dirname, 'pipeline.py'), target, '100', protocol]);
    return JSON.parse(stdout) as { libpq: number; protocol: number; rows: number[] };
  };
  const tapPort = (): number => ('port' in tap.address ? tap.address.port : 0);

  test('a pipeline of 100 queries gets the same rows, and is a few waits, not 100', async (context) => {
    if (python === undefined) return context.skip('no Python that has psycopg');
    tap.reset();
    const through = await pipeline(tapPort(), '3.0');
    expect(through).toEqual(await pipeline(db.port, '3.0'));
    expect(through.rows).toEqual(Array.from({ length: 100 }, (_, n) => 2 * n));
    const { statements, executes, roundTrips, overlapped, errors, unparsed, connectRoundTrips, shapes } =
      tap.snapshot().ledger;
    expect({ statements, executes, errors, unparsed }).toEqual({
      statements: 100,
      executes: 100,
      errors: 0,
      unparsed: 0,
    });
    // Two where nothing is in the way: the message group of 100, and the Sync at its end. psycopg may read in between.
    const waits = roundTrips - connectRoundTrips.tcp - connectRoundTrips.auth!;
    expect(waits).toBeGreaterThanOrEqual(1);
    expect(waits + overlapped).toBeLessThan(25);
    expect(shapes.map(({ shape }) => shape)).toContain('>/RKZ');
  });

  test('protocol 3.2 is asked for and answered as without a tap, and the tap sees the negotiation', async (context) => {
    if (python === undefined) return context.skip('no Python that has psycopg');
    tap.reset();
    const through = await pipeline(tapPort(), '3.2');
    expect(through).toEqual(await pipeline(db.port, '3.2'));
    expect(through.libpq).toBeGreaterThanOrEqual(180000);
    const { shapes, statements, errors, unparsed } = tap.snapshot().ledger;
    expect({ statements, errors, unparsed }).toEqual({ statements: 100, errors: 0, unparsed: 0 });
    // A server up to 17 offers 3.0 (`v`, NegotiateProtocolVersion); a later one takes 3.2 as it is.
    expect(shapes.map(({ shape }) => shape).some((shape) => shape === '>/vRKZ' || shape === '>/RKZ')).toBe(true);
    const server = Number((await run(join(postgresBin()!, 'postgres'), ['--version'])).stdout.match(/(\d+)\./)?.[1]);
    if (server < 18) expect(shapes.map(({ shape }) => shape)).toContain('>/vRKZ');
  });
});
