import { createHash } from 'node:crypto';
import { type Client, escapeIdentifier } from 'pg';

/** Reading more before every round would take longer than the round. */
const mostBytesRead = 2 ** 30;

/**
 * A checksum of what is in a database: the columns, rows (in any order) and sequences of all its tables. Of one of more than 1 GiB the sizes
 * of the tables stand for their rows.
 */
export const checksumDatabase = async (client: Client): Promise<string> => {
  const hash = createHash('sha256');
  const { rows: relations } = await client.query<Relation>(listRelations);
  const { rows: sizes } = await client.query<{ bytes: string }>('SELECT pg_database_size(current_database()) AS bytes');
  const isLarge = Number(sizes[0]!.bytes) > mostBytesRead;
  for (const { schema, name, kind, oid, columns } of relations) {
    const table = `${escapeIdentifier(schema)}.${escapeIdentifier(name)}`;
    const text =
      kind === 'S'
        ? `SELECT last_value::text AS a, is_called::text AS b FROM ${table}`
        : isLarge
          ? `SELECT pg_relation_size(${oid})::text AS a, '' AS b`
          : `SELECT count(*)::text AS a, sum(hashtextextended(pitwall_row::text, 0))::text AS b FROM ONLY ${table} pitwall_row`;
    const { rows } = await client.query<{ a: string; b: string | null }>(text);
    hash.update(JSON.stringify([schema, name, kind, columns, rows]));
  }
  return hash.digest('hex').slice(0, 16);
};

interface Relation {
  readonly schema: string;
  readonly name: string;
  readonly kind: 'r' | 'm' | 'S';
  readonly oid: string;
  readonly columns: string;
}

/** Tables, materialised views and sequences, but for Postgres' own and temporary ones. */
const listRelations = `
  SELECT n.nspname AS schema, c.relname AS name, c.relkind AS kind, c.oid::text AS oid,
         (SELECT string_agg(a.attname || ' ' || format_type(a.atttypid, a.atttypmod), ',' ORDER BY a.attnum)
            FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped) AS columns
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE c.relkind IN ('r', 'm', 'S') AND c.relpersistence <> 't' AND (c.relkind <> 'm' OR c.relispopulated)
     AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
   ORDER BY 1, 2`;
