/**
 * `npm run verify:tap [DRIVER ...]`: one program per driver (simple, extended, prepared and batched or pipelined queries,
 * COPY both ways, a cursor, a savepoint, an error, a cancelled query, LISTEN and NOTIFY) against a Postgres of its own:
 * without the tap, through it in clear text, through TLS untouched, and through TLS taken off. Fails where a program says
 * something else through the tap, or where the tap's counts are not those of a recorder behind it, written apart from it.
 * Installs the drivers from their registries into pitwall's cache. Prints docs/tap.md's table.
 */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { generate } from 'selfsigned';
import { createScope, systemClock } from '../../src/base/index.ts';
import { cacheFolder } from '../../src/components/index.ts';
import { startTap, type Tap } from '../../src/wire/index.ts';
import { startTestPostgres } from '../../test/support/postgres.ts';
import { install, type Program, programs } from './programs.ts';

const run = promisify(execFile);
const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

await using scope = createScope();
const folder = mkdtempSync(join(tmpdir(), 'pitwall-clients-'));
scope.defer(() => rmSync(folder, { recursive: true, force: true }));
const { private: key, cert } = await generate([{ name: 'commonName', value: 'localhost' }], { keySize: 2048 });
writeFileSync(join(folder, 'key.pem'), key);
writeFileSync(join(folder, 'cert.pem'), cert);
const db = scope.use(await startTestPostgres({ key: join(folder, 'key.pem'), cert: join(folder, 'cert.pem') }));

type Counts = Readonly<Record<string, number>>;

/** What a recorder, written in another language and with nothing of the tap's, counts behind it. */
const startRecorder = async (): Promise<{ port: number; counts(): Promise<Counts> }> => {
  const script = fileURLToPath(new URL('recorder.py', import.meta.url));
  const child = spawn('python3', [script, String(db.port)], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<string> => String((await lines.next()).value);
  const port = Number(await next());
  return {
    port,
    async counts() {
      child.stdin.end();
      const ended = once(child, 'exit');
      const counts = JSON.parse(await next());
      await ended;
      return counts;
    },
  };
};

/** Everything that a program prints. */
const results = async ({ command: [tool, ...args] }: Program, at: string, port: number, tls: boolean) => {
  const env = {
    ...process.env,
    PGHOST: '127.0.0.1',
    PGPORT: String(port),
    PGUSER: db.user,
    PGPASSWORD: db.password,
    PGDATABASE: db.database,
    TLS: tls ? '1' : '0',
  };
  const file = tool!.includes('/') ? join(at, tool!) : tool!;
  const { stdout } = await run(file, args, { cwd: at, env, timeout: 60_000, maxBuffer: 1e7 });
  return stdout;
};

const countsOf = (tap: Tap): Counts => {
  const { ledger } = tap.snapshot();
  const { messagesUp, messagesDown, simpleQueries, prepares, executes, readyForQuery, errors, copies, cancels } =
    ledger;
  // The recorder sees connections behind their handshake.
  const roundTrips = ledger.roundTrips - ledger.connectRoundTrips.tcp - ledger.connectRoundTrips.tls;
  const { overlapped, unparsed } = ledger;
  return {
    ...{ messagesUp, messagesDown, simpleQueries, prepares, executes, readyForQuery, errors, copies, cancels },
    ...{ roundTrips, overlapped, unparsed },
  };
};

/** The program through a tap: what it said, and what the tap counted once its connections were gone. */
const through = async (program: Program, at: string, upstream: number, mode: 'clear' | 'passthrough' | 'terminate') => {
  await using tap = await startTap({
    listen: { host: '127.0.0.1', port: 0 },
    upstream: { host: '127.0.0.1', port: upstream },
    count: 'messages',
    clock: systemClock,
    // The server's own certificate: clients that bind SCRAM to the channel accept no other.
    ...(mode === 'terminate' ? { terminate: { key, cert } } : {}),
  });
  const said = await results(program, at, 'port' in tap.address ? tap.address.port : 0, mode !== 'clear');
  for (let tries = 0; tap.snapshot().ledger.connectionsNow > 0 && tries < 100; tries += 1)
    await new Promise((resolve) => setTimeout(resolve, 20));
  return { said, counts: countsOf(tap) };
};

/** Names that differ, with both values. */
const differences = (tap: Counts, other: Counts, except: readonly string[] = []): readonly string[] =>
  Object.keys(other)
    .filter((name) => !except.includes(name) && tap[name] !== other[name])
    .map((name) => `${name}: ${tap[name]} at the tap, ${other[name]} by the other count`);

/** What is wrong with a driver, and its line of the table. */
const verify = async (program: Program, at: string) => {
  const wrong: string[] = [];
  const clearText = await results(program, at, db.port, false);
  const encrypted = await results(program, at, db.port, true);
  const recorder = await startRecorder();
  const clear = await through(program, at, recorder.port, 'clear');
  const recorded = await recorder.counts();
  const passthrough = await through(program, at, db.port, 'passthrough');
  const terminated = await through(program, at, db.port, 'terminate');
  for (const [mode, said, expected] of [
    ['clear text', clear.said, clearText],
    ['TLS passed through', passthrough.said, encrypted],
    ['TLS terminated', terminated.said, encrypted],
  ] as const)
    if (said !== expected) wrong.push(`${mode}: says\n${said}\ninstead of\n${expected}`);
  // How many groups of a pipeline somebody waits for depends on speed: the tap says "at least" then.
  const isAtLeast = clear.counts['overlapped']! > 0;
  const atMost = clear.counts['roundTrips']! + clear.counts['overlapped']!;
  wrong.push(...differences(clear.counts, recorded, isAtLeast ? ['roundTrips'] : []));
  if (isAtLeast && (recorded['roundTrips']! < clear.counts['roundTrips']! || recorded['roundTrips']! > atMost))
    wrong.push(`roundTrips: ${clear.counts['roundTrips']} to ${atMost} at the tap, ${recorded['roundTrips']} recorded`);
  const { simpleQueries, prepares, executes, errors, copies } = recorded;
  const byProgram = { simpleQueries, prepares, executes, errors, copies, unparsed: 0 } as Counts;
  wrong.push(...differences(terminated.counts, byProgram).map((line) => `TLS terminated: ${line}`));
  if (clear.counts['unparsed'] !== 0) wrong.push(`${clear.counts['unparsed']} connections not parsed`);
  const waits = `${isAtLeast ? 'at least ' : ''}${clear.counts['roundTrips']}`;
  const cells = [
    `${program.driver} ${program.version}`,
    program.language,
    `${recorded['messagesUp']} / ${recorded['messagesDown']}`,
    `${simpleQueries! + executes!}`,
    waits,
    `${recorded['roundTrips']}`,
    `${clear.counts['overlapped']}`,
    wrong.length === 0 ? 'yes' : 'NO',
  ];
  return { wrong, line: `| ${cells.join(' | ')} |` };
};

const below = join(cacheFolder(process.env, process.getuid?.() === 0), 'test-clients', 'programs');
const wanted = process.argv.slice(2);
const lines: string[] = [];
let [failed, skipped] = [0, 0];
for (const program of programs) {
  if (wanted.length > 0 && !wanted.includes(program.driver)) continue;
  const installed = install(program, below);
  if ('reason' in installed) {
    skipped += 1;
    say(`${program.driver}: skipped, ${installed.reason}`);
    continue;
  }
  const { wrong, line } = await verify(program, installed.folder).catch((error: unknown) => ({
    wrong: [String(error)],
    line: `| ${program.driver} ${program.version} | ${program.language} | did not finish |`,
  }));
  lines.push(line);
  if (wrong.length > 0) failed += 1;
  say(`${program.driver}: ${wrong.length === 0 ? 'the same' : wrong.join('\n  ')}`);
}
say(
  '\n| driver | language | messages up / down | statements | round trips, tap | recorded | overlapped | all the same |',
);
say(`|---|---|---|---|---|---|---|---|\n${lines.join('\n')}`);
say(`${lines.length - failed} of ${lines.length} drivers the same, ${skipped} skipped`);
process.exitCode = failed > 0 ? 1 : 0;
