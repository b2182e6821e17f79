import { type Client, escapeIdentifier } from 'pg';
import { asWorkload } from './load-sql.ts';

/** Rows of one table, in the order in which they are inserted. */
export interface TableRows {
  readonly table: string;
  readonly rows: readonly object[];
}

/** @throws PitwallError `workload.invalid` that names the table. */
export const insertTables = async (client: Client, tables: readonly TableRows[]): Promise<void> => {
  for (const { table, rows } of tables) {
    await asWorkload(() => `its table ${table}`, undefined, insertRows(client, table, rows));
  }
};

/** Postgres itself turns each JSON value into its column's type; a missing key takes the column's default. */
const insertRows = async (client: Client, table: string, rows: readonly object[]): Promise<void> => {
  const name = table.split('.').map(escapeIdentifier).join('.');
  const batch = 1_000;
  for (let start = 0; start < rows.length; start += batch) {
    const part = rows.slice(start, start + batch);
    const columns = Object.keys(part[0]!).map(escapeIdentifier).join(', ');
    await client.query(
      `INSERT INTO ${name} (${columns}) SELECT ${columns} FROM json_populate_recordset(NULL::${name}, $1)`,
      [JSON.stringify(part)],
    );
  }
  // Rows that bring their own ids leave the sequence behind.
  const serial = await client.query<{ sequence: string | null }>(
    `SELECT pg_get_serial_sequence($1, a.attname) AS sequence FROM pg_attribute a
      WHERE a.attrelid = $1::regclass AND a.attname = 'id'`,
    [name],
  );
  const sequence = serial.rows[0]?.sequence;
  if (sequence) await client.query(`SELECT setval($1, (SELECT coalesce(max(id), 1) FROM ${name}))`, [sequence]);
};
