import { closeSync, createReadStream, fchmodSync, openSync, readSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { type Client, DatabaseError, escapeLiteral } from 'pg';
import { describeThrown, PitwallError } from '../../base/index.ts';
import { createDumpLines, endOfRows } from './dump-lines.ts';

/** Statements are held until they are run: beyond it something else was named by mistake. */
const mostSqlBytes = 64 * 2 ** 20;

/** How pg_dump's custom format begins. */
const customMagic = 'PGDMP';

/** Whether a file is a dump in pg_dump's custom format, which `pg_restore` turns into SQL. */
export const isCustomDump = (file: string): boolean => {
  const fd = openSync(file, 'r');
  try {
    const head = Buffer.alloc(customMagic.length);
    return head.toString('latin1', 0, readSync(fd, head)) === customMagic;
  } finally {
    closeSync(fd);
  }
};

export interface SqlSource {
  readonly file: string;
  /** What messages call it. */
  readonly name: string;
  /** A folder that the database's user may read: rows of COPY pass through it. */
  readonly scratch: string;
}

/**
 * Runs an SQL file or a plain pg_dump of any size: statements of one object at a time, rows by COPY.
 * @throws PitwallError `workload.invalid` with file and line.
 */
export const loadSql = async (client: Client, { file, name, scratch }: SqlSource): Promise<void> => {
  const { rows } = await client.query<{ name: string }>('SELECT lower(name) AS name FROM pg_settings');
  const lines = createDumpLines(new Set(rows.map((row) => row.name)));
  const rowsFile = join(scratch, 'rows');
  let [statements, firstLine, line, bytes] = ['', 1, 0, 0];
  let copy: { readonly command: string; readonly line: number; readonly fd: number } | undefined;
  const run = async (): Promise<void> => {
    const sql = statements;
    const from = firstLine;
    [statements, firstLine, bytes] = ['', line + 1, 0];
    if (/\S/.test(sql)) await asWorkload((within) => `${name}:${from + (within ?? 1) - 1}`, sql, client.query(sql));
  };
  for await (const raw of readLines(file)) {
    line += 1;
    if (copy !== undefined) {
      if (raw.length !== endOfRows.length || raw.toString('latin1') !== endOfRows) {
        writeSync(copy.fd, raw);
        writeSync(copy.fd, '\n');
        continue;
      }
      closeSync(copy.fd);
      const { command, line: begin } = copy;
      copy = undefined;
      firstLine = line + 1;
      const sql = command.replace(/stdin;$/i, escapeLiteral(rowsFile));
      await asWorkload((_, row) => `${name}:${begin + (row ?? 0)}`, undefined, client.query(sql));
      continue;
    }
    const text = raw.toString('utf8');
    const use = readUse(lines, text, `${name}:${line}`);
    if (use === 'flush' || use === 'copy') await run();
    if (use === 'copy') copy = { command: text, line, fd: openRows(rowsFile) };
    else if (use === 'skip') statements += '\n';
    else {
      if (statements === '') firstLine = line;
      statements += `${text}\n`;
      bytes += raw.length;
      if (bytes > mostSqlBytes) throw tooLong(name, firstLine);
      // A dump of INSERTs has all rows of a table in one piece.
      if (bytes > 2 ** 20 && /^INSERT INTO .*\);$/.test(text)) await run();
    }
  }
  if (copy !== undefined) {
    closeSync(copy.fd);
    throw new PitwallError('workload.invalid', `${name}:${copy.line}: the rows of this COPY have no end.`);
  }
  await run();
};

/** Whatever the umask: the database is another user. */
const openRows = (file: string): number => {
  const fd = openSync(file, 'w');
  fchmodSync(fd, 0o644);
  return fd;
};

const tooLong = (name: string, line: number): PitwallError =>
  new PitwallError('workload.invalid', `${name}:${line}: statements of more than ${mostSqlBytes / 2 ** 20} MiB.`);

const readUse = (lines: ReturnType<typeof createDumpLines>, text: string, where: string) => {
  try {
    return lines.use(text);
  } catch (cause) {
    throw new PitwallError('workload.invalid', `${where}: ${describeThrown(cause)}`);
  }
};

/** Split at line feeds alone, as Postgres does: texts hold other ends of lines. */
async function* readLines(file: string): AsyncGenerator<Buffer> {
  let held: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
    let start = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, start)) {
      const piece = chunk.subarray(start, end);
      yield held.length === 0 ? piece : Buffer.concat([...held, piece]);
      [held, bytes, start] = [[], 0, end + 1];
    }
    held.push(chunk.subarray(start));
    bytes += chunk.length - start;
    if (bytes > mostSqlBytes) throw new PitwallError('workload.invalid', `${file}: a line of more than 64 MiB.`);
  }
  const last = Buffer.concat(held);
  if (last.length > 0) yield last;
}

/**
 * What Postgres refuses of a workload's SQL and rows is a mistake in the workload, and has a line where Postgres knows one.
 * @param where says where it is: by the line within `sql`, and by the row of a COPY
 */
export const asWorkload = async <T>(
  where: (line?: number, row?: number) => string,
  sql: string | undefined,
  work: Promise<T>,
): Promise<T> => {
  try {
    return await work;
  } catch (cause) {
    if (!(cause instanceof DatabaseError) || isShutdown(cause)) throw cause;
    const { position } = cause;
    const line = sql === undefined || position === undefined ? undefined : countLines(sql, Number(position));
    const row = /^COPY .*, line (\d+)/.exec(cause.where ?? '')?.[1];
    throw new PitwallError(
      'workload.invalid',
      `The workload: ${where(line, row === undefined ? undefined : Number(row))}: ${cause.message}.`,
    );
  }
};

/** Positions count characters from 1. */
const countLines = (sql: string, position: number): number => sql.slice(0, position - 1).split('\n').length;

/** Postgres was told to end, or ended: class 57 of its codes. */
const isShutdown = ({ code }: DatabaseError): boolean => code?.startsWith('57P') === true;
